import { assumedText, isShown, wouldAsk } from '../../../shared/run/assumed.ts';
import type { CheckResult } from '../../../shared/run/event.ts';
import { failedFor, forecastDetail, forecastOf, wouldReject } from '../../../shared/run/forecast.ts';
import { passedBy } from '../../../shared/run/passed-by.ts';
import { sawText } from '../../../shared/run/saw.ts';
import type { NodeState, RunState } from '../../../shared/run/state.ts';
import {
  pathOf,
  walk,
  type Definition,
  type Node,
  type NodePath,
  type Role,
} from '../../../shared/workflow/definition.ts';
import { elapsed } from './elapsed.ts';
import type { Standing } from './marks.ts';
import { visible } from './width.ts';

/** One line of the outline, before it is laid out. */
export interface Row {
  path: NodePath;
  role: string;
  depth: number;
  title: string;
  standing: Standing;
  /** One quiet fact for the right edge: time taken, what a check saw, who signed. */
  fact: string;
  /** Of a dry run: with what it would be done. */
  detail?: string;
  /** Failure of this very node, when no node inside it says it already. */
  failure?: string;
  /** The key of the execution that is shown: the latest. */
  key?: string;
}

/** Containers that do all of their parts at once. */
const AT_ONCE: ReadonlySet<string> = new Set(['parallel', 'claim']);

/** The outline of a run: every node of its definition, in order, with how its latest execution stands. Pure. */
export function rowsOf(state: RunState, definition: Definition, now: number): Row[] {
  const latest = new Map<NodePath, NodeState>();
  for (const node of state.nodes.values()) {
    const path = pathOf(node.key);
    const known = latest.get(path);
    if (!known || known.status === 'pending' || node.startedAt >= known.startedAt) latest.set(path, node);
  }
  const standings = new Map<NodePath, Standing>();
  const goesOn = state.status === 'running' || state.status === 'waiting';
  /** By container, since when its next part must be going on; undefined while an earlier part is not over. */
  const next = new Map<NodePath, number | undefined>();
  const roles = new Map<NodePath, Role>();
  const run = {
    status: state.status,
    roleAt: (path: NodePath) => roles.get(path),
    stateAt: (path: NodePath) => latest.get(path),
  };
  const rows: Row[] = [];
  /** What takes something back that was not taken back. */
  const hidden = new Set<NodePath>();
  for (const { node, path, parent } of walk(definition.body)) {
    roles.set(path, node.role);
    const own = latest.get(path);
    const gate = node.role === 'check' || node.role === 'sign-off' ? latest.get(parent)?.gate : undefined;
    const above = standings.get(parent);
    let standing: Standing = gate
      ? requirementStanding(node, gate, latest.get(parent)!)
      : (own?.status ?? (passedBy(path, run) ? 'skipped' : 'pending'));
    // A step that changes nothing is on record only when it has ended: that it goes on follows from where the run is.
    let since: number | undefined;
    const isInside = parent === '' ? goesOn : goesOn && above === 'running';
    if (isInside && standing === 'pending' && node.role === 'step') {
      since = next.has(parent) ? next.get(parent) : (latest.get(parent)?.startedAt ?? state.startedAt);
      if (since !== undefined) standing = 'running';
    }
    if (own && isShown(own)) standing = own.gate && wouldReject(own.gate) ? 'failed' : 'shown';
    if (!AT_ONCE.has(roles.get(parent) ?? '') && node.role !== 'undo') {
      next.set(parent, isOver(standing) ? (own?.endedAt ?? next.get(parent)) : undefined);
    }
    standings.set(path, standing);
    if (node.role === 'undo' && !own) hidden.add(path);
    if (hidden.has(path) || hidden.has(parent)) {
      hidden.add(path);
      continue;
    }
    rows.push({
      path,
      role: node.role,
      depth: path.split('/').length - 1,
      title: visible(node.title) || node.role,
      // A gate that was rejected and lets the run go on has ended, and has not passed.
      standing: standing === 'completed' && own?.gate?.passed === false ? 'failed' : standing,
      fact: gate
        ? requirementFact(node, gate)
        : since !== undefined
          ? elapsed(now - since)
          : own
            ? visible(forecastOf(node, own) ?? workFact(own, now))
            : '',
      ...detailOf(node, own),
      ...(own ? { key: own.key } : {}),
      ...(own?.status === 'failed' && own.failure && isLeaf(node) ? { failure: visible(own.failure.message) } : {}),
    });
  }
  return rows;
}

const isOver = (standing: Standing): boolean => ['completed', 'skipped', 'failed', 'shown'].includes(standing);

function detailOf(node: Node, own: NodeState | undefined): { detail?: string } {
  const detail = own ? visible(forecastDetail(node, own)) : '';
  return detail === '' ? {} : { detail };
}

function requirementStanding(node: Node, gate: NonNullable<NodeState['gate']>, parent: NodeState): Standing {
  if (node.role === 'check') {
    const check = gate.checks.find(({ id }) => id === node.id);
    if (check?.assumed) return 'shown';
    return check === undefined ? 'pending' : check.held ? 'completed' : 'failed';
  }
  const asked = gate.signOffs.find(({ id }) => id === node.id);
  if (!asked) return 'pending';
  if (gate.refusals.some(({ signOff }) => signOff === node.id)) return 'failed';
  const people = new Set(gate.signatures.filter((s) => s.signOff === node.id).map((s) => s.signature.person));
  if (people.size >= asked.people) return 'completed';
  // A gate with a failed check asks nobody to sign.
  if (gate.assumed) return failedFor(gate).length > 0 ? 'pending' : 'shown';
  return parent.status === 'waiting' ? 'waiting' : 'pending';
}

function requirementFact(node: Node, gate: NonNullable<NodeState['gate']>): string {
  if (node.role === 'check') {
    const check = gate.checks.find(({ id }) => id === node.id);
    if (!check) return '';
    return visible(sawFact(check));
  }
  const asked = gate.signOffs.find(({ id }) => id === node.id);
  if (asked && gate.assumed && failedFor(gate).length === 0) return visible(wouldAsk(asked));
  const names = gate.signatures.filter(({ signOff }) => signOff === node.id).map(({ signature }) => signature.person);
  const refused = gate.refusals.find(({ signOff }) => signOff === node.id);
  return visible(refused ? `refused by ${refused.signature.person}` : names.join(', '));
}

/** What a check saw, short enough for the edge of a line; nothing where its expression names no value. */
export function sawFact({ error, saw, assumed, held }: Omit<CheckResult, 'id' | 'title' | 'that'>): string {
  const foretold = assumedText({ assumed, held });
  if (foretold !== undefined) return [foretold, seenFact({ error, saw })].filter(Boolean).join(', ');
  return seenFact({ error, saw });
}

function seenFact({ error, saw }: Pick<CheckResult, 'error' | 'saw'>): string {
  const text = error ?? sawText(saw);
  if (error !== undefined || text === '') return text;
  return `saw ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`;
}

function workFact(node: NodeState, now: number): string {
  if (node.status === 'pending' || node.status === 'skipped') return '';
  const tries = /#(\d+)[^#/]*$/.exec(node.key)?.[1];
  const again = tries !== undefined && tries !== '1' ? `try ${tries} · ` : '';
  return `${again}${elapsed((node.endedAt ?? now) - node.startedAt)}${pauseOf(node, now)}`;
}

/** The timers that a node sleeps by, and what is said of each: the next try of a retry, the next turn of a repeat, a wait. */
const PAUSES: readonly { name: RegExp; said: (left: string) => string }[] = [
  { name: /^(attempt|next)-\d+$/, said: (left) => `again in ${left}` },
  { name: /^wait$/, said: (left) => `${left} left` },
];

/** How long nothing is to be expected of a node that goes on. */
function pauseOf({ endedAt, timers }: NodeState, now: number): string {
  if (endedAt !== undefined) return '';
  for (const [timer, { at, fired }] of Object.entries(timers)) {
    const pause = !fired && at > now ? PAUSES.find(({ name }) => name.test(timer)) : undefined;
    if (pause) return ` · ${pause.said(elapsed(at - now))}`;
  }
  return '';
}

const isLeaf = (node: Node): boolean =>
  node.children.every(({ role }) => role === 'undo' || role === 'check' || role === 'sign-off');
