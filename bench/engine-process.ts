// One phase of an engine benchmark in a process of its own, so that its memory is its own and it can be killed:
//   engine-process.ts PHASE FOLDER     answers over the process's IPC channel
import { flushCompileCache } from 'node:module';
import type { Engine } from '../daemon/engine/engine.ts';
import type { Definition } from '../shared/workflow/definition.ts';
import { rawEventsPerSecond } from './raw.ts';
import { createSigner } from './signer.ts';
import { median, medians, quantile, residentMb, round } from './statistics.ts';
import { asked, GATE, openBenchEngine, SIGN_OFF, signed, STARTER, STEPS, stepsInLine, WAITING } from './workload.ts';

const ROUNDS = 3;
/** Of each round. All 100 runs are over in 20 ms: fewer times would measure how the engine gets warm. */
const TIMES_AT_ONCE = 14;
const SERIAL_RUNS = 300;
const AT_ONCE = 100;

export interface Speed {
  steps_per_s: number;
  p50_ms: number;
  p99_ms: number;
}
export interface W1 {
  raw: number;
  serial: Speed;
  conc100: Speed;
}
export interface Resumed {
  ms_known: number;
  ms_all_done: number;
  rss_mb: number;
}

/** Ten steps, serially and 100 runs at once, beside the raw limit. A latency is the time from one step's body to the next. */
async function w1(folder: string): Promise<W1> {
  const latencies: number[] = [];
  const last = new Map<string, number>();
  let started = 0;
  const stamp = (run: string): void => {
    const now = performance.now();
    latencies.push(now - (last.get(run) ?? started));
    last.set(run, now);
  };
  const { engine, close } = openBenchEngine(folder, stamp);
  await engine.open();
  const definition = stepsInLine(STEPS);
  const one = async (): Promise<void> => {
    started = performance.now();
    const run = await engine.start({ definition, inputs: {}, by: STARTER });
    const { status } = await engine.settled(run);
    if (status !== 'completed') throw new Error(`a run of W1 ended ${status}`);
    stamp(run);
  };
  const measure = async (runs: number, work: () => Promise<unknown>): Promise<Speed> => {
    latencies.length = 0;
    const start = performance.now();
    await work();
    const seconds = (performance.now() - start) / 1000;
    return {
      steps_per_s: (runs * STEPS) / seconds,
      p50_ms: quantile(latencies, 0.5),
      p99_ms: quantile(latencies, 0.99),
    };
  };
  const serially = async (): Promise<void> => {
    for (let n = 0; n < SERIAL_RUNS; n++) await one();
  };
  const atOnce = () => Promise.all(Array.from({ length: AT_ONCE }, one));

  for (let n = 0; n < 3; n++) await one();
  const raw: number[] = [];
  const serial: Speed[] = [];
  const conc100: Speed[] = [];
  // The pace of a machine changes by the minute: the raw limit is taken beside both.
  for (let n = 0; n < ROUNDS; n++) {
    raw.push(rawEventsPerSecond(folder, n));
    serial.push(await measure(SERIAL_RUNS, serially));
  }
  for (let n = ROUNDS; n < 2 * ROUNDS; n++) {
    raw.push(rawEventsPerSecond(folder, n));
    for (let time = 0; time < TIMES_AT_ONCE; time++) conc100.push(await measure(AT_ONCE, atOnce));
  }
  await close();
  return { raw: Math.round(median(raw)), serial: rounded(medians(serial)), conc100: rounded(medians(conc100)) };
}

const rounded = (speed: Speed): Speed => ({
  steps_per_s: Math.round(speed.steps_per_s),
  p50_ms: round(speed.p50_ms, 3),
  p99_ms: round(speed.p99_ms, 3),
});

/** 1,000 runs do one step and wait. The caller kills this process then. */
async function fill(folder: string, definition: Definition): Promise<{ rss_mb: number }> {
  const { engine } = openBenchEngine(folder);
  await engine.open();
  const one = async (): Promise<void> => {
    const { status } = await engine.settled(await engine.start({ definition, inputs: {}, by: STARTER }));
    if (status !== 'waiting') throw new Error(`a run of W2 is ${status} instead of waiting`);
  };
  for (let n = 0; n < WAITING / AT_ONCE; n++) await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { rss_mb: residentMb() };
}

/** In a new process: until the waiting runs are known, and until each was told to go on, did one more step and ended. */
async function resume(folder: string, goOn: (engine: Engine, run: string) => Promise<void>): Promise<Resumed> {
  const start = performance.now();
  const { engine } = openBenchEngine(folder);
  const waiting = engine.list({ status: ['waiting'], limit: WAITING + 1 });
  const known = performance.now() - start;
  if (waiting.length !== WAITING) throw new Error(`${waiting.length} of ${WAITING} runs were known after the kill`);
  await engine.open();
  const ended = await Promise.all(
    waiting.map(async ({ run }) => {
      await goOn(engine, run);
      return (await engine.settled(run)).status;
    }),
  );
  const done = performance.now() - start;
  const completed = ended.filter((status) => status === 'completed').length;
  if (completed !== WAITING) throw new Error(`${completed} of ${WAITING} runs ended`);
  return { ms_known: round(known, 1), ms_all_done: Math.round(done), rss_mb: residentMb() };
}

function signGate(): (engine: Engine, run: string) => Promise<void> {
  const sign = createSigner();
  return (engine, run) => {
    const signature = sign(engine.challenge({ kind: 'sign-off', run, node: GATE, signOff: SIGN_OFF }));
    return engine.sign(run, GATE, SIGN_OFF, signature);
  };
}

const PHASES = {
  w1,
  'fill-asked': (folder: string) => fill(folder, asked),
  'resume-asked': (folder: string) => resume(folder, (engine, run) => engine.answer(run, GATE, 'yes', STARTER)),
  'fill-signed': (folder: string) => fill(folder, signed),
  'resume-signed': (folder: string) => resume(folder, signGate()),
};
export type Phase = keyof typeof PHASES;

const [phase = '', folder = ''] = process.argv.slice(2);
process.once('disconnect', () => process.exit(1));
// This process ends by SIGKILL, so what it compiled is kept for the next one now.
flushCompileCache();
const figures = await PHASES[phase as Phase](folder);
process.send!(figures);
