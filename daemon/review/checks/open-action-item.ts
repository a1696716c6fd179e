import { defineCheck, toldApart } from '../check.ts';
import { DAY_MS, days, daysBetween } from '../days.ts';
import { isPostMortem, isTemplate } from '../page-types.ts';

export const openActionItem = defineCheck({
  check: 'open-action-item',
  title: 'Action items of post-mortems past their date',
  explanation: 'What an incident taught is not done yet: it can happen again in the same way.',
  severity: 'error',
  onPage(page, { today }) {
    if (!isPostMortem(page) || isTemplate(page)) return [];
    const apart = toldApart();
    return page.tasks.flatMap(({ due, text, place }) => {
      if (due === undefined || due >= today || Number.isNaN(Date.parse(due))) return [];
      const line = text.length > 100 ? `${text.slice(0, 100)}…` : text;
      const message = `“${line}” was due ${days(daysBetween(due, today))} ago. Do it, or agree on another date.`;
      return [{ page, place, about: apart(text), message, since: Date.parse(due) + DAY_MS }];
    });
  },
});
