import type { Restartable } from '../../daemon/demo/counterparts/kept-process.ts';
import { isNode, type Kill, type Victim } from './kill-plan.ts';

/** Where the killing happens. */
export interface Scene {
  victims: Readonly<Record<Victim, Restartable>>;
  /** How many effects there are in the end. */
  all: number;
  /** How many effects have happened. */
  effects(): number;
  /** Resolves when there are so many. */
  reached(effects: number): Promise<void>;
  /** Told of each kill and of each return. */
  said?(line: string): void;
}

interface Gone {
  /** The number of effects at which it is started. */
  until: number;
  back?: Promise<void>;
}

/**
 * Kills by the plan. What was killed is not waited for: the next is killed while it is still on its way back. Only of nodes,
 * and of workers, no two are away at a time, as nothing would go on then. Resolves when all effects have happened and everything
 * is back that is not to stay away.
 */
export async function killAll(plan: readonly Kill[], { victims, all, effects, reached, said }: Scene): Promise<void> {
  const away = new Map<Victim, Gone>();
  const start = (victim: Victim, gone: Gone): Promise<void> => {
    if (!gone.back) {
      said?.(`starts ${victim}`);
      gone.back = victims[victim].start().then(() => said?.(`${victim} is back`));
      // Whoever waits for it hears of it.
      gone.back.catch(() => undefined);
    }
    return gone.back;
  };
  const pass = async (point: number): Promise<void> => {
    for (;;) {
      const waiting = [...away].filter(([, gone]) => !gone.back && gone.until <= point);
      const next = Math.min(point, ...waiting.map(([, gone]) => gone.until));
      await reached(next);
      if (waiting.length === 0) return;
      for (const [victim, gone] of waiting) if (gone.until === next) void start(victim, gone);
    }
  };
  const wait = async (wanted: (victim: Victim) => boolean): Promise<void> => {
    for (const [victim, gone] of away) {
      if (!wanted(victim)) continue;
      await start(victim, gone);
      away.delete(victim);
    }
  };
  for (const { victim, after, away: long } of plan) {
    await pass(Math.min(all, Math.max(after, effects() + 1)));
    await wait((other) => kindOf(other) === kindOf(victim));
    said?.(`kills ${victim}`);
    await victims[victim].kill();
    const gone: Gone = { until: long === Infinity ? Infinity : Math.min(all, effects() + long) };
    away.set(victim, gone);
    if (long === 0) void start(victim, gone);
  }
  await pass(all);
  for (const { back } of away.values()) await back;
}

function kindOf(victim: Victim): string {
  if (victim === 'cluster' || isNode(victim)) return 'node';
  return victim === 'hub' ? 'hub' : 'worker';
}
