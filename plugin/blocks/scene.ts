import type { Attempt } from '../../shared/protocol/calls/runs.ts';
import type { PageNode, PageReading } from '../../shared/protocol/calls/pages.ts';
import type { NodeState, NodeStatus, RunState } from '../../shared/run/state.ts';
import type { NodeKey, NodePath, Settings } from '../../shared/workflow/definition.ts';
import { passedBy } from '../../shared/run/passed-by.ts';
import { isActive, toneOfNode, type Tone } from '../../shared/run/tone.ts';

/** Everything that the blocks of one page show, at one moment. */
export interface Scene {
  /** Ids by which the daemon knows where this is. */
  graph: string;
  page: string;
  reading: PageReading;
  run?: RunState | undefined;
  /** All executions of a node in the run that is shown, in order of first appearance. */
  executions(path: NodePath): readonly NodeState[];
  /** As pinned by that run; empty for what it does not know. */
  settings(path: NodePath): Settings;
  /** The last line that a running step wrote. */
  output(key: NodeKey): string | undefined;
  /** What a person typed into the header, by input. */
  typed: ReadonlyMap<string, string>;
  /** Whether a block's text has a tick that somebody made by hand: DONE, or `[x]`. */
  ticked(uuid: string): boolean;
  /** Signatures and decisions that were refused, the newest first. */
  attempts: readonly Attempt[];
  /** Whether a block has a fence with settings, to be folded away. */
  fenced(uuid: string): boolean;
  /** Whether the output of a block's step is shown. */
  peeks(uuid: string): boolean;
  /** Whether something that was asked for at a block takes its time. */
  asking(uuid: string): boolean;
  /** One line about the connection, when there is something to say. */
  notice?: string | undefined;
  /** Whether Logseq and a daemon have to be connected (again). */
  connect?: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Where a node stands: the place of its block among the others. */
export interface Plan {
  byUuid: ReadonlyMap<string, PageNode>;
  byPath: ReadonlyMap<NodePath, PageNode>;
  children: ReadonlyMap<NodePath, readonly PageNode[]>;
}

const plans = new WeakMap<PageReading, Plan>();

export function planOf(reading: PageReading): Plan {
  let plan = plans.get(reading);
  if (!plan) plans.set(reading, (plan = makePlan(reading)));
  return plan;
}

function makePlan({ nodes }: PageReading): Plan {
  const byUuid = new Map<string, PageNode>();
  const byPath = new Map<NodePath, PageNode>();
  const children = new Map<NodePath, PageNode[]>();
  for (const node of nodes) {
    if (node.uuid !== undefined) byUuid.set(node.uuid, node);
    // The header has no path of its own: '' is the run.
    if (node.role === 'workflow') continue;
    byPath.set(node.path, node);
    const parent = parentOf(node.path);
    const siblings = children.get(parent);
    if (siblings) siblings.push(node);
    else children.set(parent, [node]);
  }
  return { byUuid, byPath, children };
}

export function parentOf(path: NodePath): NodePath {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function childrenOf(scene: Scene, path: NodePath): readonly PageNode[] {
  return planOf(scene.reading).children.get(path) ?? [];
}

/** The execution of a node that says most: one that goes on, else the last that was not set back. */
export function stateOf(scene: Scene, path: NodePath): NodeState | undefined {
  const all = scene.executions(path);
  let best: NodeState | undefined;
  for (const state of all) if (!best || weight(state.status) >= weight(best.status)) best = state;
  return best;
}

function weight(status: NodeStatus): number {
  if (status === 'waiting') return 3;
  if (status === 'running' || status === 'unknown') return 2;
  return status === 'pending' ? 0 : 1;
}

/** How a node stands in the run that is shown. */
export function toneOf(scene: Scene, path: NodePath): Tone {
  const { run } = scene;
  if (!run) return 'idle';
  const state = stateOf(scene, path);
  if (state && state.status !== 'pending') return settled(toneOfNode(state), run);
  const { byPath } = planOf(scene.reading);
  const stands = {
    status: run.status,
    roleAt: (at: NodePath) => byPath.get(at)?.role,
    stateAt: (at: NodePath) => stateOf(scene, at),
  };
  return passedBy(path, stands) ? 'skip' : 'idle';
}

/** Nothing runs or waits in a run that has ended. */
function settled(tone: Tone, run: RunState): Tone {
  if (tone !== 'run' && tone !== 'wait') return tone;
  if (run.status === 'suspended') return 'wait';
  return isActive(run.status) ? tone : 'stop';
}

/** Milliseconds that a node took, or takes so far. */
export function elapsed(scene: Scene, state: NodeState | undefined): number | undefined {
  if (!state || state.status === 'pending') return undefined;
  const end = state.endedAt ?? (scene.run && isActive(scene.run.status) ? scene.now : undefined);
  return end === undefined ? undefined : end - state.startedAt;
}

/** What a node took in past runs, where enough is known to say “usually”. */
export function usual(scene: Scene, path: NodePath): number | undefined {
  const past = scene.reading.usual[path];
  return past && past.count >= 2 ? past.median : undefined;
}
