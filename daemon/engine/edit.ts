import { lineOf } from '../../shared/workflow/changes.ts';
import {
  pathOf,
  walk,
  type Definition,
  type Node,
  type NodeKey,
  type NodePath,
} from '../../shared/workflow/definition.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Pinned } from './definitions.ts';

/** A node in its place in the order of the page. */
export interface Placed {
  path: NodePath;
  node: Node;
}

/** The definition that a run has, the one that its page has become, and how far the run is. */
export interface Edit {
  before: Pinned;
  after: Pinned;
  state: RunState;
  /** The inputs that it goes on with. */
  inputs: RunState['inputs'];
  old: ReadonlyMap<NodePath, Placed>;
  now: ReadonlyMap<NodePath, Placed>;
  /** Whether a node itself, apart from its parts, is the same in both. */
  isSame(path: NodePath): boolean;
  /** Whether a node was there before and nothing in it is still to be done. */
  isDone(path: NodePath): boolean;
}

export function compare(own: Pick<Edit, 'before' | 'after' | 'state' | 'inputs'>): Edit {
  const old = placesIn(own.before.definition);
  const now = placesIn(own.after.definition);
  // A key with marks is one of several executions, of which more may come.
  const done = new Set<NodeKey>();
  for (const { key, status } of own.state.nodes.values()) if (status === 'completed') done.add(key);
  return {
    ...own,
    old,
    now,
    isSame: (path) => {
      const [was, is] = [old.get(path), now.get(path)];
      return was !== undefined && is !== undefined && lineOf(was.node) === lineOf(is.node);
    },
    isDone: (path) => old.has(path) && [path, ...above(path)].some((each) => done.has(each)),
  };
}

/** The paths of the nodes around one, the nearest first. */
export function above(path: NodePath): NodePath[] {
  const segments = path.split('/');
  return segments.slice(1).map((_segment, index) => segments.slice(0, segments.length - 1 - index).join('/'));
}

/** Whether a node comes after another on the edited page, or in a later turn of a loop, and not beside it. */
export function isBehind({ now }: Edit, key: NodeKey, other: NodeKey): boolean {
  const later = isOfLaterTurn(now, key, other);
  if (later !== undefined) return later;
  const [path, first] = [pathOf(key), pathOf(other)];
  const order = [...now.keys()];
  if (!now.has(first) || order.indexOf(path) <= order.indexOf(first) || path.startsWith(`${first}/`)) return false;
  const common = above(path).find((each) => first.startsWith(`${each}/`));
  return common === undefined || now.get(common)?.node.role !== 'parallel';
}

/** Whether one key is of a later turn of a loop than another; undefined where both are of the same turns, or of none. */
function isOfLaterTurn(now: Edit['now'], key: NodeKey, other: NodeKey): boolean | undefined {
  const [own, others] = [key.split('/'), other.split('/')];
  const at = own.findIndex((segment, index) => segment !== others[index]);
  const [turn, before] = [turnOf(own[at]), turnOf(others[at])];
  if (turn === undefined || before === undefined || pathOf(own[at]!) !== pathOf(others[at]!)) return undefined;
  const { role, settings } = now.get(pathOf(own.slice(0, at + 1).join('/')))?.node ?? {};
  const atOnce = role === 'foreach' && typeof settings?.limit === 'number' ? settings.limit : 1;
  return atOnce === 1 && turn > before;
}

/** The number in a segment's mark. */
function turnOf(segment = ''): number | undefined {
  const mark = /[[#](\d+)/.exec(segment)?.[1];
  return mark === undefined ? undefined : Number(mark);
}

/** Whether one key is of something in the node of another. */
export function isInside(key: NodeKey, node: NodeKey): boolean {
  return key.startsWith(node) && /^[/[#]/.test(key.slice(node.length)) && pathOf(key) !== pathOf(node);
}

function placesIn({ body }: Definition): Map<NodePath, Placed> {
  const places = new Map<NodePath, Placed>();
  for (const { node, path } of walk(body)) places.set(path, { path, node });
  return places;
}
