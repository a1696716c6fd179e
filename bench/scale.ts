import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../daemon/config.ts';
import { RESTATE_REMEDY, restateProgram } from '../daemon/demo/counterparts/restate.ts';
import { makeCluster, type Cluster } from '../daemon/demo/cluster/world.ts';
import { openDaemon, type Daemon } from '../daemon/open.ts';
import type { Definition, Node } from '../shared/workflow/definition.ts';
import type { Bench, Figure } from './bench.ts';
import { processorMs } from './processor-time.ts';
import { measureRestart } from './restart.ts';

const RUNS = 200;
const STEPS = 10;
const WARM_UP = 20;
const WORKERS = [1, 2, 4];
const POLICY = { trust: false, signToStart: false };
const OPEN = { port: 0, policy: POLICY };

/** Ten steps that do next to nothing: what is left is what recording them costs. */
const definition: Definition = {
  language: 1,
  header: { role: 'workflow', id: 'workflow', title: 'Ten small steps', settings: {}, children: [] },
  body: [
    {
      role: 'stage',
      id: 'work',
      title: 'Work',
      settings: { persona: 'backend' },
      children: Array.from({ length: STEPS }, (_, index): Node => {
        const id = `s${index}`;
        return { role: 'step', id, title: id, settings: { uses: 'memory.read', with: { key: id } }, children: [] };
      }),
    },
  ],
};

interface Measured {
  stepsPerSecond: number;
  /** Of one run alone, in milliseconds. */
  aloneMs: number;
  /** Of the processor, in this process, for each step. */
  hereMs: number;
}

/**
 * The same work in this process and on a Restate with 1, 2 and 4 workers, all on this machine, which they share. The break-even
 * follows from what a step costs here and there: with so much work of the processor in each step, two machines of workers do
 * as much as one that does without.
 */
export const scale: Bench = {
  name: 'scale',
  summary: `${RUNS} runs of ${STEPS} small steps at once, embedded and on one Restate with workers, on this machine; 1,000 runs at gates over a kill of everything`,
  async run() {
    if (restateProgram() === undefined) {
      console.log(`scale is left out, because Restate's server is not here: ${RESTATE_REMEDY}.`);
      return [];
    }
    const embedded = await embeddedRate();
    const figures: Figure[] = [
      { what: 'embedded', value: embedded.stepsPerSecond, unit: 'steps/s' },
      { what: 'embedded, one run alone', value: embedded.aloneMs, unit: 'ms' },
      { what: 'embedded, processor time', value: embedded.hereMs, unit: 'ms a step' },
    ];
    let best = 0;
    for (const workers of WORKERS) {
      const { measured, hubBytes, processor } = await clusterRate(workers);
      best = Math.max(best, measured.stepsPerSecond);
      figures.push({ what: `Restate, workers: ${workers}`, value: measured.stepsPerSecond, unit: 'steps/s' });
      if (workers !== 1) continue;
      figures.push(
        { what: 'Restate, one run alone', value: measured.aloneMs, unit: 'ms' },
        { what: 'the hub’s disk', value: hubBytes, unit: 'bytes a run' },
        ...Object.entries(processor ?? {}).map(([where, ms]) => ({
          what: `processor time, ${where}`,
          value: ms,
          unit: 'ms a step',
        })),
      );
    }
    const here = 1_000 / embedded.stepsPerSecond;
    const there = 1_000 / best;
    figures.push(
      { what: 'embedded beside the best of these', value: round(embedded.stepsPerSecond / best), unit: 'times' },
      { what: 'break-even with two machines of workers', value: round(there - 2 * here), unit: 'ms of work a step' },
      { what: 'break-even with four', value: round((there - 4 * here) / 3), unit: 'ms of work a step' },
      ...(await measureRestart()),
    );
    return figures;
  },
};

async function embeddedRate(): Promise<Measured> {
  const home = await mkdtemp(join(tmpdir(), 'stagebook-scale-'));
  try {
    const daemon = await openDaemon(readConfig(home), OPEN);
    try {
      return await measure(daemon);
    } finally {
      await daemon.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

interface Costs {
  measured: Measured;
  hubBytes: number;
  /** Milliseconds of the processor for each step; undefined where that cannot be seen. */
  processor: { hub: number; workers: number; restate: number } | undefined;
}

async function clusterRate(workers: number): Promise<Costs> {
  const cluster = await makeCluster({ workers });
  try {
    const hub = await cluster.openHub({ policy: POLICY });
    try {
      const runs = RUNS + WARM_UP + 1;
      const bytes = bytesOf(hub);
      const before = timesOf(cluster);
      const measured = await measure(hub);
      const after = timesOf(cluster);
      const each = (name: keyof typeof after): number => round((after[name] - before[name]) / (runs * STEPS));
      return {
        measured,
        hubBytes: Math.round((bytesOf(hub) - bytes) / runs),
        processor: Number.isNaN(after.workers)
          ? undefined
          : { hub: each('hub'), workers: each('workers'), restate: each('restate') },
      };
    } finally {
      await hub.close();
    }
  } finally {
    await cluster.stop();
  }
}

function timesOf({ workers, restate }: Cluster): { hub: number; workers: number; restate: number } {
  const { user, system } = process.cpuUsage();
  const sum = (pids: readonly (number | undefined)[]): number =>
    pids.reduce<number>((total, pid) => total + (processorMs(pid ?? 0) ?? Number.NaN), 0);
  return {
    hub: (user + system) / 1_000,
    workers: sum(workers.map(({ pid }) => pid)),
    restate: sum(restate.nodes.map(({ pid }) => pid)),
  };
}

async function measure(daemon: Daemon): Promise<Measured> {
  await runAll(daemon, WARM_UP);
  const aloneMs = await runAll(daemon, 1);
  const before = process.cpuUsage();
  const ms = await runAll(daemon, RUNS);
  const { user, system } = process.cpuUsage(before);
  return {
    stepsPerSecond: Math.round((RUNS * STEPS * 1_000) / ms),
    aloneMs: round(aloneMs),
    hereMs: round((user + system) / 1_000 / (RUNS * STEPS)),
  };
}

/** Starts so many at once; the milliseconds until the last is on record here as completed. */
async function runAll(daemon: Daemon, count: number): Promise<number> {
  const open = new Set<string>();
  const ended = new Set<string>();
  let done = (): void => {};
  const all = new Promise<void>((resolve) => (done = resolve));
  const stop = daemon.engine.subscribe({
    events(events) {
      for (const { type, run } of events) if (type === 'run.completed') ended.add(run);
      if (open.size === count && [...open].every((run) => ended.has(run))) done();
    },
  });
  const start = performance.now();
  const by = { kind: 'person', name: 'bench' } as const;
  const runs = await Promise.all(
    Array.from({ length: count }, () => daemon.engine.start({ definition, inputs: {}, by })),
  );
  for (const run of runs) open.add(run);
  if (runs.some((run) => !ended.has(run))) await all;
  stop();
  return performance.now() - start;
}

/** The journal without what its log still holds twice. */
function bytesOf({ database }: Daemon): number {
  database.pragma('wal_checkpoint(TRUNCATE)');
  return (
    Number(database.pragma('page_count', { simple: true })) * Number(database.pragma('page_size', { simple: true }))
  );
}

const round = (value: number): number => Number(value.toFixed(2));
