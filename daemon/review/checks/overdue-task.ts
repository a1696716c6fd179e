import { defineCheck, toldApart } from '../check.ts';
import { DAY_MS, days, daysBetween } from '../days.ts';
import { isPostMortem, isTemplate, typeOf } from '../page-types.ts';

export const overdueTask = defineCheck({
  check: 'overdue-task',
  title: 'Tasks past their date',
  explanation: 'They were to be done by now: do them, give them another date, or cancel them.',
  severity: 'warning',
  onPage(page, { today }) {
    // Those of a post-mortem are its action items, and have a check of their own.
    if (isPostMortem(page) || isTemplate(page) || typeOf(page) === 'run') return [];
    const apart = toldApart();
    return page.tasks.flatMap(({ due, dueBy, text, place }) => {
      if (due === undefined || due >= today || Number.isNaN(Date.parse(due))) return [];
      const late = days(daysBetween(due, today));
      const message =
        dueBy === 'deadline' ? `“${short(text)}” was due ${late} ago.` : `“${short(text)}” was to begin ${late} ago.`;
      return [{ page, place, about: apart(text), message, since: Date.parse(due) + DAY_MS }];
    });
  },
});

const short = (text: string): string => {
  const line = text.replace(/\b(?:SCHEDULED|DEADLINE):.*$/, '').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
};
