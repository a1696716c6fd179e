import { isDeepStrictEqual } from 'node:util';
import type { NodeState } from '../../shared/run/state.ts';
import { pathOf, type NodePath } from '../../shared/workflow/definition.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Played } from './run.ts';
import type { Expectation } from './scenario.ts';

/** One thing in which a scenario went otherwise than it should. */
export interface Difference {
  /** In one line. */
  text: string;
  /** The node that it is about, by id or path. */
  node?: NodePath;
}

/** Everything in which a scenario went otherwise than it should. */
export function differences(played: Played, expected: Expectation): Difference[] {
  const { state } = played;
  const { asked, effects } = played.counterparts;
  const found: Difference[] = played.lies.map((lie) => ({ text: `the scenario says what is not so: ${lie}` }));
  const compare = (what: string, is: unknown, should: unknown, node?: NodePath): void => {
    if (isDeepStrictEqual(is, should)) return;
    found.push({ text: `${what} is ${show(is)}, not ${show(should)}`, ...(node === undefined ? {} : { node }) });
  };
  if (expected.status !== undefined) compare('the status', state.status, expected.status);
  if (expected.failure !== undefined) compare('the failure', state.failure?.code ?? 'none', expected.failure);
  for (const [id, status] of Object.entries(expected.nodes ?? {})) {
    compare(`node ${id}`, latest(played, id)?.status ?? 'absent', status, id);
  }
  for (const [id, way] of Object.entries(expected.routes ?? {})) {
    compare(`the way at ${id}`, wayAt(played, id) ?? 'none', way, id);
  }
  const done = effects.map(({ action }) => action);
  if (expected.effects) compare('what took effect', done, expected.effects);
  if (expected.asked) compare('what was asked for', asked, expected.asked);
  for (const name of expected.never ?? []) {
    if (asked.includes(name)) found.push({ text: `${name} was asked for, and must not be` });
  }
  for (const [key, value] of Object.entries(expected.memory ?? {})) {
    compare(`memory ${key}`, state.memory.get(key), value);
  }
  const pages = effects.flatMap(({ action, result }) => (action.startsWith('page.') ? pageOf(result) : []));
  for (const page of expected.pages ?? []) {
    if (!pages.includes(page)) found.push({ text: `the page “${page}” was not written` });
  }
  if (expected.output !== undefined) compare('the output', state.output ?? null, expected.output);
  if (expected.took !== undefined)
    compare('the time passed', inWords(played.took), inWords(parseDuration(expected.took)));
  return found;
}

/** The last execution of a node, by id or path. */
function latest({ state }: Played, id: NodePath): NodeState | undefined {
  return [...state.nodes.values()].findLast(({ key }) => {
    const path = pathOf(key);
    return path === id || path.endsWith(`/${id}`);
  });
}

/** The case that a route took; of a fallback, the part that it began last. */
function wayAt(played: Played, id: NodePath): string | undefined {
  const node = latest(played, id);
  if (!node || node.decisions.case !== undefined) return node && String(node.decisions.case);
  const parts = [...played.state.nodes.keys()].filter((key) => key.startsWith(`${node.key}/`));
  const last = parts.findLast((key) => !key.slice(node.key.length + 1).includes('/'));
  return last === undefined ? undefined : pathOf(last).split('/').at(-1);
}

function pageOf(result: unknown): string[] {
  const { page } = result as { page?: string };
  return page === undefined ? [] : [page];
}

function inWords(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function show(value: unknown): string {
  if (value === undefined) return 'not there';
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}
