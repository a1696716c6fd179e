import { defineCheck } from '../check.ts';
import { DAY_MS, days, daysBetween, firstDay } from '../days.ts';
import { isTemplate, typeOf, word } from '../page-types.ts';

const OVER = new Set(['closed', 'resolved', 'done', 'cancelled', 'canceled', 'false-alarm']);

export const openIncident = defineCheck({
  check: 'open-incident',
  title: 'Incidents that were never closed',
  explanation:
    'Nobody works on them any more, and nobody has said that they are over: times and lists count them as going on.',
  severity: 'warning',
  onPage(page, { today, settings, limits }) {
    if (page.kind !== 'page' || typeOf(page) !== 'incident' || isTemplate(page)) return [];
    const { properties } = page;
    if (OVER.has(word(properties.status))) return [];
    const inName = /\d{4}-\d{2}-\d{2}/.exec(page.name)?.[0];
    const { detected, started, date, created } = properties;
    const since = firstDay([properties['impact-started'], detected, started, date, created, inName], settings);
    if (since === undefined) return [];
    const age = daysBetween(since, today);
    if (age <= limits.incidentDays) return [];
    const status = properties.status?.trim() ?? '';
    return [
      {
        page,
        message: `${page.name} began ${days(age)} ago and is ${status === '' ? 'without a status' : `still “${status}”`}. Close it, or say what is left to do.`,
        since: Date.parse(since) + limits.incidentDays * DAY_MS,
      },
    ];
  },
});
