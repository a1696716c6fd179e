import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../shared/json.ts';
import type { NodeState } from '../../shared/run/state.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Played } from './run.ts';
import type { Expectation } from './scenario.ts';

/** Everything in which a scenario went otherwise than it should, each in one line. */
export function differences(played: Played, expected: Expectation): string[] {
  const { state, effects } = played;
  const found: string[] = played.lies.map((lie) => `the scenario says what cannot be: ${lie}`);
  const compare = (what: string, is: unknown, should: unknown): void => {
    if (!isDeepStrictEqual(is, should)) found.push(`${what} is ${show(is)}, not ${show(should)}`);
  };
  compare('the status', state.status, expected.status);
  if (expected.failure !== undefined) compare('the failure', state.failure?.code ?? 'none', expected.failure);
  else if (expected.status === 'completed' && state.failure) found.push(`it failed: ${state.failure.message}`);
  for (const [id, status] of Object.entries(expected.nodes ?? {})) {
    compare(`node ${id}`, latest(played, id)?.status ?? 'absent', status);
  }
  for (const [id, taken] of Object.entries(expected.routes ?? {})) {
    const node = latest(played, id);
    const output = node?.output as { chosen?: Json } | null | undefined;
    compare(`the way at ${id}`, node?.decisions.case ?? output?.chosen ?? chosenIn(played, id) ?? 'none', taken);
  }
  const names = effects.map(({ action }) => action);
  if (expected.effects) compare('what took effect', names, expected.effects);
  for (const name of expected.never ?? []) if (names.includes(name)) found.push(`${name} happened, and must not`);
  for (const [key, value] of Object.entries(expected.memory ?? {}))
    compare(`memory ${key}`, state.memory.get(key), value);
  for (const page of expected.pages ?? []) {
    const written = effects.some(
      ({ action, result }) => action.startsWith('page.') && (result as { page?: string }).page === page,
    );
    if (!written) found.push(`the page “${page}” was not written`);
  }
  if (expected.output !== undefined) compare('the output', state.output ?? null, expected.output);
  if (expected.took !== undefined) compare('the time passed', played.took, parseDuration(expected.took));
  return found;
}

/** The last execution of a node, by id or path. */
function latest({ state }: Played, id: string): NodeState | undefined {
  return [...state.nodes.values()].findLast(({ key }) => {
    const path = pathOf(key);
    return path === id || path.endsWith(`/${id}`);
  });
}

/** Of a fallback, the part that completed. */
function chosenIn(played: Played, id: string): string | undefined {
  const fallback = latest(played, id);
  if (!fallback) return undefined;
  const inside = [...played.state.nodes.values()].filter(
    ({ key, status }) =>
      status === 'completed' && key.startsWith(`${fallback.key}/`) && !key.slice(fallback.key.length + 1).includes('/'),
  );
  return inside
    .at(-1)
    ?.key.split('/')
    .at(-1)
    ?.replace(/\[\d+\]|#\d+/g, '');
}

function show(value: unknown): string {
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}
