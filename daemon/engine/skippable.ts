import type { NodeState, RunState } from '../../shared/run/state.ts';
import { pathOf, walk, type Node, type NodePath } from '../../shared/workflow/definition.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { EffectOf, Pinned } from './definitions.ts';

/**
 * Whether a person may decide that a node counts as skipped (language.md, Skip): a failed or waiting one, never a gate nor something
 * irreversible; and nothing in which one of these would be stepped over with it, in called pages either.
 */
export function isSkippable(node: NodeState, state: RunState, pinned: Pinned, effectOf: EffectOf): boolean {
  if (node.status !== 'failed' && node.status !== 'waiting' && node.status !== 'unknown') return false;
  const wanted = pathOf(node.key);
  const found = walk(pinned.definition.body).find(({ path }) => path === wanted);
  if (!found || node.step?.effect === 'irreversible') return false;
  for (const { node: part, path } of within(found.node, wanted)) {
    if (mayNot(part, effectOf) && (part === found.node || !isOver(state, path))) return false;
    if (part.role === 'call' && !isOver(state, path) && holds(part, pinned.pages, effectOf, new Set())) return false;
  }
  return true;
}

/** A node with all in it, by their paths. */
function* within(node: Node, path: NodePath): Generator<{ node: Node; path: NodePath }> {
  yield { node, path };
  for (const part of walk(node.children)) yield { node: part.node, path: `${path}/${part.path}` };
}

/** A gate, or a step that cannot be taken back. */
function mayNot(node: Node, effectOf: EffectOf): boolean {
  if (node.role === 'gate') return true;
  if (node.role !== 'step') return false;
  return effectOf(String(node.settings.uses), (node.settings.with ?? {}) as JsonObject) === 'irreversible';
}

/** Whether it came to a good end wherever it was reached: then nothing of it is stepped over. */
function isOver(state: RunState, path: NodePath): boolean {
  const reached = [...state.nodes.values()].filter(({ key }) => pathOf(key) === path);
  return reached.length > 0 && reached.every(({ status }) => status === 'completed' || status === 'skipped');
}

/** Whether what a call runs has a gate in it, or something that cannot be taken back. */
function holds(call: Node, pages: Pinned['pages'], effectOf: EffectOf, seen: ReadonlySet<string>): boolean {
  const page = String(call.settings.page);
  const called = Object.hasOwn(pages, page) ? pages[page] : undefined;
  if (!called || seen.has(page)) return false;
  const deeper = new Set([...seen, page]);
  return walk(called.body).some(
    ({ node }) => mayNot(node, effectOf) || (node.role === 'call' && holds(node, pages, effectOf, deeper)),
  );
}
