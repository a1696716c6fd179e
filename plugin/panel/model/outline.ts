import type { NodeState, RunState } from '../../../shared/run/state.ts';
import {
  pathOf,
  walk,
  type Definition,
  type Node,
  type NodeKey,
  type NodePath,
} from '../../../shared/workflow/definition.ts';
import { failedFor, wouldReject } from '../../../shared/run/forecast.ts';
import { passedBy } from '../../../shared/run/passed-by.ts';
import { toneOfNode, type Tone } from '../../../shared/run/tone.ts';

/** A row of a run's outline: a node of the page, or one of several executions of it. */
export interface OutlineRow {
  /** Unique in the outline. */
  id: string;
  depth: number;
  path: NodePath;
  /** The execution that is shown; none for what was not reached. */
  key?: NodeKey;
  state?: NodeState;
  node: Node;
  title: string;
  tone: Tone;
  /** Circles are work, squares are requirements. */
  square: boolean;
  /** Said where a node ran more than once: `attempt 2`, `item 3`. */
  mark?: string;
}

const SQUARE = new Set(['check', 'sign-off']);

/** The outline of a run: every node of its definition in order, under containers that ran again one row for each execution. */
export function outlineOf(state: RunState, definition: Definition): OutlineRow[] {
  const executions = new Map<NodePath, NodeState[]>();
  for (const node of state.nodes.values()) {
    const path = pathOf(node.key);
    executions.set(path, [...(executions.get(path) ?? []), node]);
  }
  const rows: OutlineRow[] = [];
  const stands = walk(definition.body);
  const roles = new Map(stands.map(({ node, path }) => [path, node.role]));
  const run = {
    status: state.status,
    roleAt: (path: NodePath) => roles.get(path),
    stateAt: (path: NodePath) => executions.get(path)?.at(-1),
  };
  for (const { node, path, parent } of stands) {
    const depth = path.split('/').length - 1;
    const own = executions.get(path) ?? [];
    if (SQUARE.has(node.role)) {
      rows.push(requirement(node, path, depth, (executions.get(parent) ?? []).at(-1)));
      continue;
    }
    if (own.length === 0) {
      const tone = passedBy(path, run) ? 'skip' : 'idle';
      rows.push({ id: path, depth, path, node, title: titleOf(node), tone, square: false });
    }
    for (const one of own) {
      const mark = own.length > 1 ? markOf(one.key) : undefined;
      rows.push({
        id: one.key,
        depth,
        path,
        key: one.key,
        state: one,
        node,
        title: titleOf(node),
        tone: toneOf(one),
        square: false,
        ...(mark === undefined ? {} : { mark }),
      });
    }
  }
  return rows;
}

/** A write of which nobody knows whether it happened stays that, also while a person is asked. */
function toneOf(node: NodeState): Tone {
  if (node.gate && wouldReject(node.gate)) return 'bad';
  return node.status === 'waiting' && node.failure ? 'unknown' : toneOfNode(node);
}

/** Where a run broke: the innermost part that failed and took everything around it along. What was made up for is not meant. */
export function brokenRow(rows: readonly OutlineRow[]): OutlineRow | undefined {
  const broken = rows.filter(({ tone, square }) => !square && (tone === 'bad' || tone === 'unknown'));
  const paths = new Set(broken.map(({ path }) => path));
  const through = broken.filter(({ path }) => {
    const parts = path.split('/');
    return parts.every((_part, at) => paths.has(parts.slice(0, at + 1).join('/')));
  });
  return through.findLast((row) => !through.some(({ path }) => path.startsWith(`${row.path}/`)));
}

function titleOf(node: Node): string {
  // Never a bare icon (look.md).
  return node.title.trim() === '' ? node.role : node.title;
}

/** A check or sign-off stands as the last execution of its gate saw it. */
function requirement(node: Node, path: NodePath, depth: number, gate: NodeState | undefined): OutlineRow {
  const base = { id: path, depth, path, node, title: titleOf(node), square: true };
  const of = gate?.gate;
  if (!gate || !of) return { ...base, tone: 'idle' };
  const at = { key: gate.key, state: gate };
  if (node.role === 'check') {
    const check = of.checks.find(({ id }) => id === node.id);
    return { ...base, ...at, tone: check ? (check.assumed ? 'shown' : check.held ? 'ok' : 'bad') : 'idle' };
  }
  const asked = of.signOffs.find(({ id }) => id === node.id);
  const refused = of.refusals.some(({ signOff }) => signOff === node.id);
  // Persons count, their devices do not.
  const own = of.signatures.filter(({ signOff }) => signOff === node.id);
  const signed = new Set(own.map(({ signature }) => signature.person)).size;
  if (refused) return { ...base, ...at, tone: 'bad' };
  if (asked && signed >= asked.people) return { ...base, ...at, tone: 'ok' };
  // A failed check asks nobody.
  if (failedFor(of).length > 0) return { ...base, ...at, tone: 'skip' };
  if (of.assumed) return { ...base, ...at, tone: 'shown' };
  return { ...base, ...at, tone: gate.status === 'waiting' ? 'wait' : 'idle' };
}

/** `push#2` → attempt 2, `files[3]` → item 4: of the innermost container that made it. */
function markOf(key: NodeKey): string | undefined {
  const mark = [...key.matchAll(/\[(\d+)\]|#(\d+)/g)].at(-1);
  if (!mark) return undefined;
  return mark[1] === undefined ? `attempt ${mark[2]}` : `item ${Number(mark[1]) + 1}`;
}
