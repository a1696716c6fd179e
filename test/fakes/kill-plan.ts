import { chance } from './chance.ts';

const NODES = ['n1', 'n2', 'n3'] as const;
/** What can be killed: `cluster` is all nodes at once. */
export type Victim = 'hub' | 'worker-1' | 'worker-2' | 'cluster' | (typeof NODES)[number];

/** One kill with SIGKILL. */
export interface Kill {
  victim: Victim;
  /** After how many effects of all. */
  after: number;
  /** For how many further effects it stays away: 0 where nothing happens without it, Infinity for good. */
  away: number;
}

/** Before the last quarter: when nearly all is done, nothing is left to be killed in the middle of. */
const LATEST = 0.75;
const LONGEST_AWAY = 30;
const LONGEST_NODE_AWAY = 60;

/**
 * Whom to kill when, while so many effects happen: four times the hub, three times a worker, twice the whole cluster, and
 * each of its nodes once, in any order and all the way through. The node that is killed last stays away for good, unless
 * the whole cluster is killed after it. The same for a seed.
 */
export function killPlan(seed: number, effects: number): Kill[] {
  const random = chance(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const workers = Array.from({ length: 3 }, (): Victim => (below(2) === 0 ? 'worker-1' : 'worker-2'));
  const left: Victim[] = ['hub', 'hub', 'hub', 'hub', ...workers, 'cluster', 'cluster', ...NODES];
  const { length } = left;
  const apart = (effects * LATEST) / length;
  const plan = Array.from({ length }, (_, index): Kill => {
    const [victim] = left.splice(below(left.length), 1) as [Victim];
    const longest = isNode(victim) ? LONGEST_NODE_AWAY : LONGEST_AWAY;
    const away = victim === 'hub' || victim === 'cluster' ? 0 : below(longest);
    return { victim, after: 1 + Math.floor((index + random()) * apart), away };
  });
  plan.findLast(({ victim }) => isNode(victim))!.away = Infinity;
  return plan;
}

/** One of them alone. */
export function isNode(victim: Victim): boolean {
  return NODES.some((name) => name === victim);
}
