import type { Bench, Figure } from './bench.ts';
import { inEmptyFolder, runPhase } from './engine-phase.ts';
import type { Resumed, Speed, W1 } from './engine-process.ts';
import { medians } from './statistics.ts';

const KILLS = 3;

/** W1 of the peers' README, and the raw limit measured in the same process. */
export const measureW1 = (): Promise<W1> => inEmptyFolder((folder) => runPhase<W1>('w1', folder));

/** W2 of the peers' README: medians over several kills, each from an empty store. */
export async function measureW2(how: 'asked' | 'signed'): Promise<Resumed> {
  const rounds: Record<keyof Resumed, number>[] = [];
  for (let n = 0; n < KILLS; n++) {
    rounds.push(
      await inEmptyFolder(async (folder) => {
        await runPhase(`fill-${how}`, folder);
        return { ...(await runPhase<Resumed>(`resume-${how}`, folder)) };
      }),
    );
  }
  return medians(rounds);
}

export const w1: Bench = {
  name: 'w1',
  summary: 'Ten steps, each durably recorded before the next begins (SQLite, WAL, synchronous=FULL)',
  async run() {
    const { raw, serial, conc100 } = await measureW1();
    const ratio = (speed: Speed) => Math.round((speed.steps_per_s / raw) * 100) / 100;
    return [
      { what: 'raw better-sqlite3, one event a transaction', value: raw, unit: 'events/s' },
      { what: 'one run at a time', value: serial.steps_per_s, unit: 'steps/s' },
      {
        what: 'one run at a time, to raw [core.bench.w1-serial]',
        value: ratio(serial),
        unit: '×',
        target: { atLeast: 0.45 },
      },
      { what: 'one run at a time, step p50', value: serial.p50_ms, unit: 'ms' },
      { what: 'one run at a time, step p99', value: serial.p99_ms, unit: 'ms' },
      { what: '100 runs at once', value: conc100.steps_per_s, unit: 'steps/s' },
      {
        what: '100 runs at once, to raw [core.bench.w1-hundred]',
        value: ratio(conc100),
        unit: '×',
        target: { atLeast: 5 },
      },
      { what: '100 runs at once, step p50', value: conc100.p50_ms, unit: 'ms' },
      {
        what: '100 runs at once, step p99 [core.bench.w1-hundred]',
        value: conc100.p99_ms,
        unit: 'ms',
        target: { atMost: 10 },
      },
    ];
  },
};

export const w2: Bench = {
  name: 'w2',
  summary: '1,000 waiting runs, kill -9, a new process on the same journal',
  async run(): Promise<Figure[]> {
    const told = await measureW2('asked');
    const signed = await measureW2('signed');
    return [
      { what: 'all 1,000 known [core.bench.w2]', value: told.ms_known, unit: 'ms', target: { atMost: 50 } },
      {
        what: 'all answered, done and ended [core.bench.w2]',
        value: told.ms_all_done,
        unit: 'ms',
        target: { atMost: 400 },
      },
      { what: 'resident memory then [core.bench.w2]', value: told.rss_mb, unit: 'MB', target: { atMost: 120 } },
      { what: 'the same at a gate that a signature opens', value: signed.ms_all_done, unit: 'ms' },
    ];
  },
};
