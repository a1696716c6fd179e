import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import type { Engine } from '../daemon/engine/engine.ts';
import type { Definition } from '../shared/workflow/definition.ts';
import type { Bench, Figure } from './bench.ts';
import { inEmptyFolder } from './engine-phase.ts';
import { median, round, timed } from './statistics.ts';
import { asked, openBenchEngine, polls, STARTER, stepsInLine, type BenchEngine } from './workload.ts';

const EVENTS = 1_000_000;

/** What must not grow faster than what is kept: long runs, a long history, many waiting runs. */
export const growth: Bench = {
  name: 'growth',
  summary: 'Cost grows linearly: long runs, a long history, many waiting runs',
  async run() {
    return [...(await longRuns()), ...(await manyPolls()), ...(await longHistory()), ...(await manyWaiting())];
  },
};

/** What each of a run's equal parts takes, in milliseconds. */
async function perPart(engine: Engine, definition: Definition, parts: number): Promise<number> {
  const ms = await timed(async () => {
    const run = await engine.start({ definition, inputs: {}, by: STARTER });
    const { status } = await engine.settled(run);
    if (status !== 'completed') throw new Error(`a run of ${parts} parts ended ${status}`);
  });
  return ms / parts;
}

async function longRuns(): Promise<Figure[]> {
  return inEmptyFolder(async (folder) => {
    const { engine, close } = openBenchEngine(folder);
    await engine.open();
    const perStep = (steps: number): Promise<number> => perPart(engine, stepsInLine(steps), steps);
    await perStep(1_000);
    const short = await perStep(1_000);
    const long = await perStep(10_000);
    await close();
    return [
      { what: 'a run of 1,000 steps, each', value: round(short, 3), unit: 'ms' },
      { what: 'a run of 10,000 steps, each', value: round(long, 3), unit: 'ms' },
      {
        what: 'ten times the steps, each to each [core.bench.linear]',
        value: round(long / short, 2),
        unit: '×',
        target: { atMost: 1.5 },
      },
    ];
  });
}

async function manyPolls(): Promise<Figure[]> {
  return inEmptyFolder(async (folder) => {
    const { engine, close } = openBenchEngine(folder);
    await engine.open();
    const perPoll = (times: number): Promise<number> => perPart(engine, polls(times), times);
    await perPoll(100);
    const few = await perPoll(100);
    const some = await perPoll(1_000);
    const many = await perPoll(10_000);
    await close();
    return [
      { what: 'a run that polls 100 times, each', value: round(few, 2), unit: 'ms' },
      { what: 'a run that polls 1,000 times, each', value: round(some, 2), unit: 'ms' },
      { what: 'a run that polls 10,000 times, each', value: round(many, 2), unit: 'ms' },
      {
        what: 'ten times the polls, each to each [core.bench.linear]',
        value: round(many / some, 2),
        unit: '×',
        target: { atMost: 1.5 },
      },
    ];
  });
}

async function longHistory(): Promise<Figure[]> {
  return inEmptyFolder(async (folder) => {
    const one = openBenchEngine(folder);
    await one.engine.open();
    await one.engine.settled(await one.engine.start({ definition: stepsInLine(10), inputs: {}, by: STARTER }));
    await one.close();
    multiplyRuns(join(folder, 'journal.db'));

    const { engine, close } = openBenchEngine(folder);
    const opened = await timed(() => engine.open());
    const listings: number[] = [];
    for (let n = 0; n < 50; n++) {
      listings.push(
        await timed(() => {
          if (engine.list({ limit: 50 }).length !== 50) throw new Error('the last 50 runs were not listed');
        }),
      );
    }
    await close();
    return [
      { what: '1,000,000 events: opening the engine', value: round(opened, 1), unit: 'ms' },
      {
        what: '1,000,000 events: listing the last 50 runs [core.bench.linear]',
        value: round(median(listings), 2),
        unit: 'ms',
        target: { atMost: 5 },
      },
    ];
  });
}

/** Copies the journal's only run until there are a million events. Their contents are one run's; their number is what counts. */
function multiplyRuns(file: string): void {
  const database = new Database(file);
  const columns = (table: string, ...own: string[]): string[] =>
    (database.pragma(`table_info(${table})`) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => !own.includes(name));
  const events = database.prepare('select count(*) from events').pluck().get() as number;
  const copies = Math.ceil(EVENTS / events);
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${copies})`;
  const runs = columns('runs', 'run_id', 'started_at').join(', ');
  const others = columns('events', 'pos', 'run_id').join(', ');
  database.exec('begin');
  database.exec(
    `${numbers} insert into runs (run_id, started_at, ${runs}) select run_id || '-' || i, started_at + i, ${runs} from n, runs`,
  );
  database.exec(
    `${numbers} insert into events (run_id, ${others}) select run_id || '-' || i, ${others} from n, events`,
  );
  database.exec('commit');
  database.close();
}

async function manyWaiting(): Promise<Figure[]> {
  return inEmptyFolder(async (folder) => {
    const bench = openBenchEngine(folder);
    await bench.engine.open();
    await waitAt(bench, 1_000);
    const before = heapAfterCollection();
    const few = await timed(() => waitAt(bench, 1_000));
    await waitAt(bench, 7_000);
    const many = await timed(() => waitAt(bench, 1_000));
    const held = (heapAfterCollection() - before) / 9_000;
    if (bench.engine.list({ status: ['waiting'], limit: 20_000 }).length !== 10_000)
      throw new Error('10,000 runs do not wait');
    await bench.close();
    return [
      { what: 'the 2nd thousand of runs to wait', value: round(few), unit: 'ms' },
      { what: 'the 10th thousand of runs to wait', value: round(many), unit: 'ms' },
      {
        what: 'the 10th thousand to the 2nd [core.bench.linear]',
        value: round(many / few, 2),
        unit: '×',
        target: { atMost: 1.5 },
      },
      {
        what: 'a waiting run holds in memory [core.engine.waiting]',
        value: Math.max(0, Math.round(held)),
        unit: 'bytes',
        target: { atMost: 1_000 },
      },
    ];
  });
}

async function waitAt({ engine }: BenchEngine, count: number): Promise<void> {
  const one = async (): Promise<void> => {
    const { status } = await engine.settled(await engine.start({ definition: asked, inputs: {}, by: STARTER }));
    if (status !== 'waiting') throw new Error(`a run is ${status} instead of waiting`);
  };
  for (let n = 0; n < count / 100; n++) await Promise.all(Array.from({ length: 100 }, one));
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
