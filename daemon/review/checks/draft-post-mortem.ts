import { defineCheck } from '../check.ts';
import { DAY_MS, days, daysBetween, firstDay } from '../days.ts';
import { isPostMortem, isTemplate, word } from '../page-types.ts';

export const draftPostMortem = defineCheck({
  check: 'draft-post-mortem',
  title: 'Post-mortems in draft for too long',
  explanation: 'What happened is forgotten day by day: a post-mortem that is not reviewed soon teaches nobody.',
  severity: 'warning',
  onPage(page, { today, settings, limits }) {
    if (!isPostMortem(page) || isTemplate(page) || word(page.properties.status) !== 'draft') return [];
    const { date, created, meeting, resolved, detected, incident } = page.properties;
    const inName = /\d{4}-\d{2}-\d{2}/.exec(`${page.name} ${incident ?? ''}`)?.[0];
    const since = firstDay(
      [created, date, resolved, detected, inName, meeting, page.properties['meeting-date']],
      settings,
    );
    if (since === undefined) return [];
    const age = daysBetween(since, today);
    if (age <= limits.draftDays) return [];
    return [
      {
        page,
        message: `“${page.name}” has been a draft for ${days(age)}. Finish it with those who were there, and have it reviewed.`,
        since: Date.parse(since) + limits.draftDays * DAY_MS,
      },
    ];
  },
});
