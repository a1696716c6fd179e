import { parseDuration } from '../../../shared/workflow/duration.ts';
import type { PageFacts } from '../../graph-index/facts.ts';
import { defineCheck, eachPage, type Subject } from '../check.ts';
import { DAY_MS, days, daysBetween, firstDay } from '../days.ts';
import { isHighlights, isRecord, isTemplate, word } from '../page-types.ts';

/** No page is stale earlier, however much depends on it. */
const LEAST_DAYS = 90;
const DAYS_IN: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30, y: 365 };
const SAY_WHEN = ['reviewed', 'last-reviewed', 'verified', 'review-every', 'updated-at'];
const OVER = new Set(['archived', 'deprecated', 'obsolete', 'closed', 'done', 'superseded', 'retired']);

export const stalePage = defineCheck({
  check: 'stale-page',
  title: 'Pages that nobody has looked at for long',
  explanation:
    'Much depends on what they say, and nobody has said for long that it is still so. The more depends on one, the sooner.',
  severity: 'hint',
  run: eachPage(function* (page, subject) {
    if (page.kind !== 'page' || page.empty || isFresh(page, subject)) return;
    if (
      isRecord(page) ||
      isTemplate(page) ||
      isHighlights(page) ||
      OVER.has(word(page.properties.status)) ||
      page.properties.archived !== undefined
    )
      return;
    const { properties } = page;
    const reviewed = firstDay(
      [properties.reviewed, properties['last-reviewed'], properties.verified],
      subject.settings,
    );
    const since = reviewed ?? lastChange(page);
    if (since === undefined) return;
    const age = daysBetween(since, subject.today);
    const wanted = page.properties['review-every'];
    if (wanted === undefined && age <= LEAST_DAYS) return;
    const dependents = subject.graph.weight(page);
    const limit = everyOf(wanted) ?? limitOf(dependents, reviewed !== undefined, subject);
    if (limit === undefined || age <= limit) return;
    yield {
      page,
      since: Date.parse(since) + limit * DAY_MS,
      message: `“${page.name}” was last ${reviewed === undefined ? 'changed' : 'reviewed'} ${days(age)} ago, and ${dependsText(dependents)}. Read it: is it still so?`,
      fix: {
        title: 'I have read it, and it is still so',
        pages: [
          {
            page: page.name,
            revision: page.revision,
            changes: [{ kind: 'properties', properties: { reviewed: subject.today } }],
          },
        ],
      },
    };
  }),
});

/** Changed so short ago that it cannot be stale, whoever wants what: most pages are, or nothing is known of them. */
function isFresh({ properties, changed }: PageFacts, { now }: Subject): boolean {
  for (const name of SAY_WHEN) if (properties[name] !== undefined) return false;
  return changed === undefined || now - changed < LEAST_DAYS * DAY_MS;
}

/** After how many days; undefined for never, where nothing depends on a page that nobody wants reviewed. */
function limitOf(dependents: number, wanted: boolean, { limits }: Subject): number | undefined {
  if (dependents === 0) return wanted ? limits.staleDays : undefined;
  return Math.max(LEAST_DAYS, Math.round(limits.staleDays / Math.log2(1 + dependents)));
}

/** `90d`, `12 weeks`, a number of days. */
function everyOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, number, unit = 'd'] = /^\s*(\d+)\s*(d|w|m|y|day|week|month|year)?s?\s*$/i.exec(value) ?? [];
  if (number !== undefined) return Number(number) * (DAYS_IN[unit[0]!.toLowerCase()] ?? 1);
  try {
    return parseDuration(value) / DAY_MS;
  } catch {
    // Not a duration: nothing is wanted.
    return undefined;
  }
}

function lastChange({ properties, changed }: PageFacts): string | undefined {
  const said = Number(properties['updated-at']);
  const at = said > 0 ? said : changed;
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 10);
}

const dependsText = (count: number): string =>
  count === 0
    ? 'it says that it is reviewed'
    : count === 1
      ? 'one page depends on it'
      : `${count} pages and blocks depend on it`;
