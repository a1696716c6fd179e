import { fail, toFailure } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { takeOut } from '../../../shared/workflow/cel/asked.ts';
import { tryCompile } from '../../../shared/workflow/cel/program.ts';
import type { Node } from '../../../shared/workflow/definition.ts';
import { evaluate } from '../../../shared/workflow/expression.ts';

/** The outside of claims. Both only read, and end by themselves. */
export interface Outside {
  /** What PromQL gives now, by labels. Throws where nobody can be asked. */
  samples(query: string): Promise<{ labels: Record<string, string>; value: number | null }[]>;
  /** The status of the answer at an address, after redirects. Throws where there is none. */
  status(url: string): Promise<number>;
}

/** What was found. `holds` is null where it could not be found out. */
export interface Seen {
  holds: boolean | null;
  saw: string;
}

/** `query("…")` is the value of the first sample, `samples("…")` the list of all, each with labels and value. */
const FUNCTIONS: ReadonlySet<string> = new Set(['query', 'samples']);
const LONGEST = 300;

/** Whether looking at a claim asks somebody outside. */
export function asksOutside({ settings }: Node): boolean {
  const { that, url } = settings;
  if (typeof url === 'string') return true;
  return typeof that === 'string' && tryCompile(that) !== undefined && takeOut(that, FUNCTIONS).questions.size > 0;
}

/** Looks whether a claim holds. Throws nothing. */
export async function look({ settings }: Node, outside: Outside): Promise<Seen> {
  const { that, url } = settings;
  if (typeof url === 'string') return lookAt(url, outside);
  try {
    if (typeof that !== 'string') throw fail('invalid', 'claim.empty', 'It has neither that nor url.');
    return await evaluated(that, outside);
  } catch (error) {
    return { holds: null, saw: short(toFailure(error).message) };
  }
}

async function evaluated(that: string, outside: Outside): Promise<Seen> {
  const { text, questions, open } = takeOut(that, FUNCTIONS);
  if (open.length > 0) {
    throw fail('invalid', 'claim.open', `${open[0]} must be given a text as it stands, so that it can be trusted.`);
  }
  const values: JsonObject = {};
  const saw: string[] = [];
  for (const [name, { asks, text: query }] of questions) {
    const samples = await outside.samples(query);
    if (asks === 'samples') {
      values[name] = samples;
      saw.push(`${query} gives ${samples.length} ${samples.length === 1 ? 'sample' : 'samples'}`);
      continue;
    }
    const [first] = samples;
    if (first?.value === undefined || first.value === null) {
      throw fail('not-found', 'claim.no_data', `${query} gives nothing.`);
    }
    values[name] = first.value;
    saw.push(`${query} = ${first.value}`);
  }
  const value = evaluate(text, values);
  if (typeof value !== 'boolean')
    throw fail('invalid', 'claim.type', `It is neither true nor false but ${typeof value}.`);
  return { holds: value, saw: short(saw.join('; ') || String(value)) };
}

async function lookAt(url: string, outside: Outside): Promise<Seen> {
  try {
    const status = await outside.status(url);
    // What asks who we are, or how often we come, is there.
    const there = status < 400 || status === 401 || status === 403 || status === 429;
    return status >= 500 ? { holds: false, saw: `answers ${status}` } : { holds: there, saw: `answers ${status}` };
  } catch (error) {
    return { holds: false, saw: short(toFailure(error).message) };
  }
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
