import { fail } from '../../shared/failure.ts';
import type { Forgotten, RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import type { NodeState } from '../../shared/run/state.ts';
import { questionsPutAgain } from './asked-anew.ts';
import { isInside, type Edit } from './edit.ts';
import { pathOf, walk, type Definition, type NodeKey, type NodePath } from '../../shared/workflow/definition.ts';

/** The run's own slot in a concurrency limit, which ended with the run. */
const OWN: Forgotten = { node: '', names: ['slot', 'slot-key', 'slot-above'] };

/**
 * What a resume leaves out (engine.md, Resume): everything that did not complete, and what a saga has taken back since. What was
 * decided there stays, but for decisions that belong to the failed try.
 */
export function forgottenByResume(events: readonly RunEvent[]): Forgotten[] {
  const transient = transientNames(events);
  const nodes = fold(events)?.nodes ?? new Map<NodeKey, NodeState>();
  const back = takenBack(nodes);
  const insideDone = (key: NodeKey): boolean => isInsideDone(key, nodes);
  const open = [...nodes.values()].filter((node) => !isDone(node) && !insideDone(node.key) && !back.has(node.key));
  return [
    OWN,
    ...[...back].map((node) => ({ node })),
    ...open.map((node) => ({ node: node.key, names: transient.get(node.key) ?? [] })),
  ];
}

/** Steps whose undo was begun, with all of that: they do not stand as done any more. What is irreversible is never done again. */
export function takenBack(nodes: ReadonlyMap<NodeKey, NodeState>): Set<NodeKey> {
  const back = new Set<NodeKey>();
  for (const { key, role, status } of nodes.values()) {
    const step = key.slice(0, key.lastIndexOf('/'));
    if (role !== 'undo' || status === 'pending') continue;
    const around = ancestors(step);
    const saga = sagaThatTookBack(around, nodes);
    // What became of the saga counts: what stands between it and the step has often completed by itself.
    if (isInsideDone(around[saga] ?? step, nodes)) continue;
    if (nodes.get(step)?.step?.effect === 'irreversible') continue;
    for (const between of saga === -1 ? [] : around.slice(saga + 1)) back.add(between);
    back.add(step);
    for (const inside of nodes.keys()) if (inside.startsWith(`${step}/`)) back.add(inside);
  }
  return back;
}

/** Which of the nodes around a step: the nearest saga that did not complete itself, for one that did handed the undo on. */
function sagaThatTookBack(around: readonly NodeKey[], nodes: ReadonlyMap<NodeKey, NodeState>): number {
  const isSaga = (key: NodeKey): boolean => nodes.get(key)?.role === 'saga';
  const index = around.findLastIndex((key) => isSaga(key) && nodes.get(key)?.status !== 'completed');
  return index === -1 ? around.findLastIndex(isSaga) : index;
}

/**
 * What `--from` leaves out: the node, its ancestors and everything later on the page, whatever became of it, and all that a
 * plain resume leaves out. Completed irreversible steps are never among it.
 */
export function forgottenByReset(events: readonly RunEvent[], definition: Definition, from: string): Forgotten[] {
  const order = new Map<NodePath, number>();
  for (const { path } of walk(definition.body)) order.set(path, order.size);
  const start = resolvePath(order, from);
  const first = order.get(start)!;
  const isReset = (node: NodeState): boolean => {
    const path = pathOf(node.key);
    return start.startsWith(`${path}/`) || (order.get(path) ?? -1) >= first;
  };
  const irreversible = (node: NodeState): boolean => isDone(node) && node.step?.effect === 'irreversible';
  const nodes = [...(fold(events)?.nodes.values() ?? [])].filter((node) => isReset(node) && !irreversible(node));
  const reset = new Set(nodes.map((node) => node.key));
  return [
    ...nodes.map(({ key }) => ({ node: key })),
    ...forgottenByResume(events).filter(({ node }) => !reset.has(node)),
  ];
}

/**
 * What going on with an edited page leaves out: the gates that are asked anew; what did not complete and is changed or gone, with all
 * that stands in it, unless something in it has completed or was begun, for then what was decided there stays; skips of what is
 * changed; and of a run that stopped all that a plain resume leaves out.
 */
export function forgottenByMove(
  events: readonly RunEvent[],
  edit: Edit,
  gates: readonly NodeKey[],
  begun: readonly NodeKey[],
): Forgotten[] {
  const { state } = edit;
  const nodes = [...state.nodes.values()].filter(({ key }) => key !== '');
  const isKept = (node: NodeState): boolean => node.status === 'completed' || begun.includes(node.key);
  const whole = new Set<NodeKey>([...gates, ...questionsPutAgain(edit, gates)]);
  for (const node of nodes) {
    if (isKept(node) || edit.isSame(pathOf(node.key))) continue;
    const inside = nodes.filter(({ key }) => isInside(key, node.key));
    if (inside.some(isKept)) continue;
    for (const { key } of [node, ...inside]) whole.add(key);
  }
  const others = state.status === 'waiting' ? [] : forgottenByResume(events);
  return [...[...whole].map((node) => ({ node })), ...others.filter(({ node }) => !whole.has(node))];
}

/** A failure inside what completed all the same (a first attempt, a first choice) is part of how it completed. */
function isInsideDone(key: NodeKey, nodes: ReadonlyMap<NodeKey, NodeState>): boolean {
  return ancestors(key).some((above) => nodes.has(above) && isDone(nodes.get(above)!));
}

function resolvePath(order: ReadonlyMap<NodePath, number>, from: string): NodePath {
  const wanted = pathOf(from);
  if (order.has(wanted)) return wanted;
  const matches = [...order.keys()].filter((path) => path.endsWith(`/${wanted}`));
  if (matches.length === 1) return matches[0]!;
  throw fail(
    'not-found',
    'node.not_found',
    `There is no node “${from}” in this run. Give its id or its path, as in ${[...order.keys()].slice(0, 3).join(', ')}.`,
  );
}

/** The keys of the nodes around one: `a/b#1/c` is in `a/b`, which is in `a`. */
function ancestors(key: NodeKey): NodeKey[] {
  const segments = key.split('/');
  return segments.slice(0, -1).map((segment, index) => {
    const own = segment.replace(/\[\d+\]|#\d+/g, '');
    return [...segments.slice(0, index), own].join('/');
  });
}

function isDone(node: NodeState): boolean {
  return node.status === 'completed' || node.status === 'skipped';
}

function transientNames(events: readonly RunEvent[]): Map<NodeKey, string[]> {
  const names = new Map<NodeKey, string[]>();
  for (const event of events) {
    if (event.type !== 'decision.made' || !event.payload.transient) continue;
    names.set(event.node, [...(names.get(event.node) ?? []), event.payload.name]);
  }
  return names;
}
