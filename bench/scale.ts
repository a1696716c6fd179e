import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../daemon/config.ts';
import { RESTATE_REMEDY, restateProgram } from '../daemon/demo/counterparts/restate.ts';
import { makeCluster } from '../daemon/demo/cluster/world.ts';
import { openDaemon, type Daemon } from '../daemon/open.ts';
import type { Definition, Node } from '../shared/workflow/definition.ts';
import type { Bench, Figure } from './bench.ts';

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
}

/**
 * The same work in this process and on a Restate with 1, 2 and 4 workers, all on this machine, which they share. The break-even
 * follows from what a step costs here and there: with so much work of the processor in each step, two machines of workers do
 * as much as one that does without.
 */
export const scale: Bench = {
  name: 'scale',
  summary: `${RUNS} runs of ${STEPS} small steps at once, embedded and on one Restate with workers, on this machine`,
  async run() {
    if (restateProgram() === undefined) {
      console.log(`scale is left out, because Restate's server is not here: ${RESTATE_REMEDY}.`);
      return [];
    }
    const embedded = await embeddedRate();
    const figures: Figure[] = [
      { what: 'embedded', value: embedded.stepsPerSecond, unit: 'steps/s' },
      { what: 'embedded, one run alone', value: embedded.aloneMs, unit: 'ms' },
    ];
    let best = 0;
    for (const workers of WORKERS) {
      const { measured, hubBytes } = await clusterRate(workers);
      best = Math.max(best, measured.stepsPerSecond);
      figures.push({ what: `Restate, workers: ${workers}`, value: measured.stepsPerSecond, unit: 'steps/s' });
      if (workers !== 1) continue;
      figures.push(
        { what: 'Restate, one run alone', value: measured.aloneMs, unit: 'ms' },
        { what: 'the hub’s disk', value: hubBytes, unit: 'bytes a run' },
      );
    }
    const here = 1_000 / embedded.stepsPerSecond;
    const there = 1_000 / best;
    figures.push(
      { what: 'embedded beside the best of these', value: round(embedded.stepsPerSecond / best), unit: 'times' },
      { what: 'break-even with two machines of workers', value: round(there - 2 * here), unit: 'ms of work a step' },
      { what: 'break-even with four', value: round((there - 4 * here) / 3), unit: 'ms of work a step' },
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

async function clusterRate(workers: number): Promise<{ measured: Measured; hubBytes: number }> {
  const cluster = await makeCluster({ workers });
  try {
    const hub = await cluster.openHub({ policy: POLICY });
    try {
      const before = await bytesUnder(hub.config.home);
      const measured = await measure(hub);
      const after = await bytesUnder(hub.config.home);
      return { measured, hubBytes: Math.round((after - before) / (RUNS + WARM_UP + 1)) };
    } finally {
      await hub.close();
    }
  } finally {
    await cluster.stop();
  }
}

async function measure(daemon: Daemon): Promise<Measured> {
  await runAll(daemon, WARM_UP);
  const aloneMs = await runAll(daemon, 1);
  const ms = await runAll(daemon, RUNS);
  return { stepsPerSecond: Math.round((RUNS * STEPS * 1_000) / ms), aloneMs: round(aloneMs) };
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

async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const found = await Promise.all(
    files.map((entry) => stat(join(entry.parentPath, entry.name)).catch(() => undefined)),
  );
  return found.reduce((sum, each) => sum + (each?.size ?? 0), 0);
}

const round = (value: number): number => Number(value.toFixed(2));
