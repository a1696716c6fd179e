import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { DocBlock } from '../pages/page.ts';
import { lasted, QUESTION } from './incident-facts.ts';
import { table } from './table.ts';
import { plain } from './text.ts';
import { timesIn, zoned } from './times.ts';

/** A figure of an impact in a reader's words, with its unit; and what to ask when nobody measured it. */
interface Figure {
  what: string;
  say(value: number): string;
  ask: string;
  /** Figures from which it follows: when one of those is asked for, this one is not asked for again. */
  from?: readonly string[];
}

const count = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const percent = (share: number): string => `${Number((share * 100).toPrecision(share > 0.9 ? 6 : 3))} %`;

/** In the order of the page: how many, how bad, how long, and what was promised. */
const FIGURES: Readonly<Record<string, Figure>> = {
  counted_s: { what: 'Requests counted over', say: (seconds) => lasted(seconds * 1_000), ask: '', from: [] },
  requests: { what: 'Requests in that time', say: count, ask: 'How many requests came? They were not measured.' },
  failing: { what: 'Requests that failed', say: count, ask: 'How many requests failed? They were not measured.' },
  share: {
    what: 'Share of the requests that failed',
    say: percent,
    ask: 'Which share of the requests failed? It was not measured.',
    from: ['requests', 'failing'],
  },
  users: { what: 'Users affected', say: count, ask: 'How many users were affected? They were not measured.' },
  minutes: {
    what: 'How long it lasted, as far as then',
    say: (minutes) => lasted(minutes * 60_000),
    ask: 'How long did it last? One of its ends was not measured.',
  },
  objective: { what: 'Share of requests that is to succeed (objective)', say: percent, ask: '' },
  burn_rate: {
    what: 'Speed at which the error budget was used (burn rate)',
    say: (rate) => `${Number(rate.toPrecision(3))} times what the objective allows`,
    ask: 'How fast was the error budget used? It was not measured.',
    from: ['share', 'requests', 'failing'],
  },
  budget_requests: {
    what: 'Requests that may fail in the period of the objective (error budget)',
    say: count,
    ask: 'How much of the error budget was used? The requests of its period were not measured.',
  },
  budget_spent: {
    what: 'Share of the error budget that was used',
    say: percent,
    ask: 'How much of the error budget was used? It was not measured.',
    from: ['budget_requests', 'failing'],
  },
};

/** Numbers of the impact as they were measured, and a question for each that was not. */
export function impactBlocks(impact: Json | undefined, zone: string, key = 'impact'): DocBlock[] {
  if (typeof impact === 'string' && impact !== '') return [{ key: `${key}/text`, content: plain(impact) }];
  if (!isObject(impact)) {
    return [
      { key: `${key}/none`, content: `${QUESTION} What do users feel, and how many of them? Nobody has said so far.` },
    ];
  }
  const { unmeasured, summary, sentence, measured_at: at, next_update_due: _due, ...values } = impact;
  const blocks: DocBlock[] = [];
  const words = [summary, sentence].find((each) => typeof each === 'string' && each !== '');
  if (words !== undefined) blocks.push({ key: `${key}/summary`, content: plain(timesIn(String(words), zone)) });
  const rows = rowsOf(values);
  if (rows.length > 0) {
    const when = typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? ` ${zoned(Date.parse(at), zone)}` : '';
    blocks.push({ key: `${key}/table`, content: `As measured${when}\n${table(['What', 'Value'], rows)}` });
  }
  const given = Array.isArray(unmeasured) ? unmeasured.map(String) : [];
  const missing = new Set([...given, ...Object.keys(values).filter((name) => values[name] === null)]);
  for (const name of inOrder([...missing])) {
    const figure = figureOf(name);
    if (figure?.from?.some((root) => missing.has(root))) continue;
    const ask = figure?.ask || `${plain(name.replaceAll('_', ' '))} was not measured.`;
    blocks.push({ key: `${key}/unmeasured/${name}`, content: `${QUESTION} ${ask}` });
  }
  return blocks;
}

function rowsOf(values: JsonObject): string[][] {
  return inOrder(Object.keys(values)).flatMap((name) => {
    const value = values[name];
    const figure = figureOf(name);
    // Over which time requests were counted says nothing where none were.
    if (name === 'counted_s' && typeof values.requests !== 'number' && typeof values.failing !== 'number') return [];
    if (typeof value === 'number' && figure) return [[figure.what, figure.say(value)]];
    if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '')) {
      return [[plain(name.replaceAll('_', ' ')), plain(numberText(name, value))]];
    }
    return [];
  });
}

function figureOf(name: string): Figure | undefined {
  return Object.hasOwn(FIGURES, name) ? FIGURES[name] : undefined;
}

/** The known figures as they are read, then what somebody else named. */
function inOrder(names: readonly string[]): string[] {
  const known = Object.keys(FIGURES);
  const place = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length);
  return names.toSorted((one, other) => place(one) - place(other));
}

function numberText(name: string, value: number | string | boolean): string {
  if (typeof value !== 'number') return String(value);
  if (/(?:share|ratio|_spent)$/.test(name)) return percent(value);
  return String(Number(value.toPrecision(6)));
}
