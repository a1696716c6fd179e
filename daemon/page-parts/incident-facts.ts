import { alertName } from '../../shared/incident/alert-name.ts';
import { DURATIONS, durationsOf, momentOf } from '../../shared/incident/durations.ts';
import type { Moment } from '../../shared/incident/moments.ts';
import type { IncidentState, Known } from '../../shared/incident/state.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { DocBlock } from '../pages/page.ts';
import { table } from './table.ts';
import { code, plain, webLink } from './text.ts';
import { zoned } from './times.ts';

/** Before what a person has to find out: nothing is made up in its place. */
export const QUESTION = '❓ **Open question:**';

/** To the second, as pages and durations have it. */
export function utc(at: number): string {
  return `${new Date(Math.floor(at / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;
}

/** Each duration with its definition; what is not known is a question. */
export function durationBlocks(state: IncidentState, zone: string, key = 'durations'): DocBlock[] {
  const took = durationsOf(state);
  const rows = DURATIONS.map(({ name, title, means, from, to }) => {
    const ms = took[name];
    return [
      title,
      ms === null
        ? `❓ ${isKnown(state, from) && isKnown(state, to) ? 'the times contradict each other' : 'not known'}`
        : lasted(ms),
      means,
      moment(state, from, zone),
      moment(state, to, zone),
    ];
  });
  const content = `Durations, by the moments below\n${table(['Duration', 'Took', 'What it means', 'From', 'To'], rows)}`;
  return [{ key: `${key}/table`, content }];
}

const isKnown = (state: IncidentState, name: Moment): boolean => momentOf(state, name) !== undefined;

/** Why nobody can tell how long it was between two moments. */
export function untimed(state: IncidentState, from: Moment, to: Moment): string {
  if (!isKnown(state, from) || !isKnown(state, to)) return 'One of its ends is not known';
  return 'It is on record as over before it began: one of the times has to be corrected';
}

/** A time to the second, exactly: `4 min 5 s`, `1 h 0 min 12 s`. */
export function lasted(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return first === -1
    ? '0 s'
    : parts
        .slice(first)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(' ');
}

function moment(state: IncidentState, name: Moment, zone: string): string {
  const known = momentOf(state, name);
  return known ? `${zoned(known.at, zone)} (${howKnown(known)})` : '❓ not known';
}

function howKnown({ from, by }: Known): string {
  if (from === 'alert') return 'as the source of the alert says';
  if (from === 'event') return by ? `first thing that ${plain(by.name)} did here` : 'recorded here';
  return `said by ${plain(by?.name ?? 'somebody')}`;
}

export function hypothesisBlocks({ said }: IncidentState, key = 'hypotheses'): DocBlock[] {
  return (said.hypotheses ?? []).map(({ id, statement, status, for: pro, against }) => {
    const own = `${key}/${id}`;
    const reasons = (list: readonly Json[], word: string): DocBlock[] =>
      list.map((each, index) => ({ key: `${own}/${word}/${index}`, content: `${word}: ${evidenceText(each)}` }));
    const children = [...reasons(pro, 'for'), ...reasons(against, 'against')];
    return {
      key: own,
      content: `${MARKS[status]} **${status}** ${plain(statement)}`,
      ...(children.length > 0 ? { children } : {}),
    };
  });
}

const MARKS = { proposed: '◻', supported: '◼', refuted: '✗' } as const;

function evidenceText(each: Json): string {
  if (typeof each === 'string') return plain(each);
  if (isObject(each) && typeof each.finding === 'string') {
    const query = typeof each.query === 'string' ? ` (${code(each.query)})` : '';
    return `${plain(each.finding)}${query}`;
  }
  return code(JSON.stringify(each));
}

/** Alerts one by one, some of very many: those that fire before those that are over. */
export function alertBlocks({ alerts }: IncidentState, zone: string, key = 'alerts'): DocBlock[] {
  const inOrder = alerts.list.toSorted((one, other) => (other.ended ?? Infinity) - (one.ended ?? Infinity) || 0);
  const rows = inOrder.map(({ name, service, labels, severity, summary, started, ended, url }) => [
    plain(alertName({ name, service, labels }), 160),
    severity === '' ? 'not said' : plain(severity, 40),
    zoned(started, zone),
    ended === undefined ? 'fires' : `resolved ${zoned(ended, zone)}`,
    plain(summary, 200),
    url === '' ? '–' : webLink('open', url),
  ]);
  if (rows.length === 0) return [];
  const total = alerts.firing + alerts.resolved;
  const more = total > rows.length ? `; ${rows.length} of them below` : '';
  const head = ['Alert', 'Severity as said', 'Since', 'Now', 'Summary', 'Link'];
  return [
    {
      key: `${key}/table`,
      content: `${alerts.firing === 0 ? 'None fires' : alerts.firing === 1 ? '1 fires' : `${alerts.firing} fire`}, ${alerts.resolved} resolved${more}\n${table(head, rows)}`,
    },
  ];
}

export function actionItemBlocks({ items }: IncidentState, key = 'tasks'): DocBlock[] {
  return items.map(({ text, kind, owner, due }, index) => {
    const what = [
      kind ?? undefined,
      owner ? `owner: ${plain(owner)}` : '❓ no owner',
      due ? `due ${plain(due)}` : '❓ no due date',
    ].filter((each) => each !== undefined);
    return { key: `${key}/${index}`, content: `TODO ${plain(text)} (${what.join(', ')})` };
  });
}

/** A list of texts, each a block of its own, and each once. */
export function textBlocks(list: readonly string[] | null | undefined, key: string): DocBlock[] {
  return [...new Set(list ?? [])].map((text, index) => ({ key: `${key}/${index}`, content: plain(text, 2_000) }));
}
