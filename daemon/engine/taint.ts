import type { Json } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import { references, type References } from '../../shared/workflow/expression.ts';
import { expressionsIn, holdsTemplate, textsIn } from '../../shared/workflow/template.ts';
import type { NodeScope } from './scope.ts';

// What comes from elsewhere (answers of tools, alerts, logs, issues, web pages) is tainted (security.md 9): it may pass through
// steps as data, and takes from an agent what changes something, until a person has signed a gate. A taint is the sequence
// number of the last event that brought in what a value is made from; 0 is none.

/** The taint of what stands in no node. */
export interface Origins {
  inputs: number;
  /** Of one key, or of all of them. */
  memory(key: string | undefined): number;
}

/** The taint of all that settings mention in `${{ }}`, and of bare expressions besides. */
export function taintOf(
  settings: Json,
  scope: NodeScope,
  origins: Origins,
  expressions: readonly string[] = [],
): number {
  let taint = 0;
  for (const { steps, roots, paths } of mentionedIn(settings, expressions)) {
    for (const id of steps) taint = Math.max(taint, scope.get(id)?.taint ?? 0);
    for (const root of roots) {
      if (root === 'inputs' || root === 'alert') taint = Math.max(taint, origins.inputs);
      else if (root === 'memory') taint = Math.max(taint, ...keysIn(paths).map((key) => origins.memory(key)));
      else taint = Math.max(taint, scope.taintOf(root));
    }
  }
  return taint;
}

/** What settings mention in `${{ }}`, and what bare expressions do. */
export function mentionedIn(settings: Json, expressions: readonly string[]): References[] {
  if (expressions.length === 0 && !holdsTemplate(settings)) return [];
  const mentioned = [...textsIn(settings, '')].flatMap(({ text }) => expressionsIn(text));
  return [...expressions, ...mentioned].map(references);
}

/** The keys of the memory that paths name; undefined where one may name any. */
export function keysIn(paths: readonly string[]): (string | undefined)[] {
  const keys = paths.flatMap((path) => {
    const found = /^memory\s*\.\s*(\w+)/.exec(path);
    return found ? [found[1]] : path.startsWith('memory') ? [undefined] : [];
  });
  return keys.length > 0 ? keys : [undefined];
}

/** The taint of what a run finds in its memory; `others` is that of what another run may have left there. */
export function memoryTaint(
  { remembered }: Pick<RunState, 'remembered'>,
  key: string | undefined,
  others: number,
): number {
  if (key === undefined) return Math.max(others, ...remembered.map(({ taint = 0 }) => taint));
  const own = remembered.findLast((entry) => entry.key === key);
  return own ? (own.taint ?? 0) : others;
}

/** Why an agent may not change anything with what it is given; undefined where nothing is against it. */
export function closedBy(taint: number, { signed = 0 }: RunState): string | undefined {
  if (taint <= signed) return undefined;
  return 'this step is given what comes from elsewhere (a tool, an alert, a log, an issue, a page). Nothing is changed after that before a person has signed a gate';
}
