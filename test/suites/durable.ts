import { afterEach, describe, expect, it } from 'vitest';
import { Stopped, type Durable, type StepEnd } from '../../daemon/engine/durable.ts';
import { fail, StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';

/** One run on an implementation of the port, as the suite steers it. */
export interface DurableBench {
  durable: Durable;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lets time pass; whatever is due happens, in order. */
  advance(ms: number): Promise<void>;
  /** Somebody answers the question of a node. */
  answer(node: string, answer: Json): Promise<void>;
  /** Ends the process without any clean-up; gives the same run in the next. */
  restart(): Promise<DurableBench>;
  remove(): void;
}

const STEP = {
  role: 'step',
  title: 'a step',
  step: { action: 'act.write', effect: 'write', with: {}, key: 'k' },
} as const;
const completed = (node: string, output: Json): StepEnd => ({
  type: 'node.completed',
  node,
  payload: { output, startedAt: 0 },
});
const never = new AbortController().signal;
const NEVER = new Promise<never>(() => undefined);

/** What every implementation of the Durable port promises (engine.md, Shape). */
export function durableSuite(create: () => Promise<DurableBench>): void {
  let bench: DurableBench;
  afterEach(() => bench.remove());

  describe('a decision', () => {
    it('is made once; replay gets the recorded one [core.engine.conformance]', async () => {
      bench = await create();
      expect(await bench.durable.decide('a', 'case', () => 'left')).toBe('left');
      expect(await bench.durable.decide('a', 'case', () => 'right')).toBe('left');
      bench = await bench.restart();
      expect(await bench.durable.decide('a', 'case', () => 'right')).toBe('left');
      expect(await bench.durable.decide('b', 'case', () => 'right')).toBe('right');
    });

    it('that throws is not recorded [core.engine.conformance]', async () => {
      bench = await create();
      const broken = fail('invalid', 'test.broken', 'broken');
      await expect(
        bench.durable.decide('a', 'case', () => {
          throw broken;
        }),
      ).rejects.toBe(broken);
      expect(await bench.durable.decide('a', 'case', () => 'now')).toBe('now');
    });
  });

  describe('a step', () => {
    it('whose end is recorded is not done again, over restarts [core.engine.conformance] [core.engine.memo]', async () => {
      bench = await create();
      let times = 0;
      const work = (): Promise<StepEnd> => {
        times += 1;
        return Promise.resolve(completed('a', times));
      };
      await bench.durable.step('a', { work });
      bench = await bench.restart();
      const end = await bench.durable.step('a', { work });
      expect([times, end.type === 'node.completed' && end.payload.output]).toEqual([1, 1]);
      expect(bench.durable.completion('a')).toBeDefined();
    });

    it('that began and never ended is told so, and of all its earlier starts [core.engine.conformance] [core.engine.effects]', async () => {
      bench = await create();
      void bench.durable.step('a#1', { start: STEP, work: () => NEVER });
      await bench.advance(0);
      bench = await bench.restart();
      const seen: unknown[] = [];
      await bench.durable.step('a#1', {
        start: STEP,
        work: (earlier) => {
          seen.push(
            earlier.interrupted,
            earlier.starts.map(({ key }) => key),
          );
          return Promise.resolve(completed('a#1', null));
        },
      });
      expect(seen).toEqual([true, ['k']]);
    });
  });

  describe('a message', () => {
    it('is given in the order of its coming, over restarts [core.engine.conformance]', async () => {
      bench = await create();
      const first = bench.durable.message('a', 0, undefined, never);
      await bench.answer('a', 'one');
      await bench.answer('a', 'two');
      expect(await first).toMatchObject({ payload: { answer: 'one' } });
      bench = await bench.restart();
      expect(await bench.durable.message('a', 1, undefined, never)).toMatchObject({ payload: { answer: 'two' } });
    });

    it('that comes after the deadline is too late, also when both were missed [core.engine.conformance] [core.engine.timers]', async () => {
      bench = await create();
      const deadline = bench.now() + 1000;
      void bench.durable.message('a', 0, deadline, never).catch(() => undefined);
      await bench.advance(0);
      await bench.advance(1000);
      await bench.answer('a', 'late');
      bench = await bench.restart();
      expect(await bench.durable.message('a', 0, deadline, never)).toBe('elapsed');
    });

    it('is no longer waited for when the signal is aborted [core.engine.conformance]', async () => {
      bench = await create();
      const control = new AbortController();
      const waiting = bench.durable.message('a', 0, undefined, control.signal);
      control.abort(new Stopped('cancelled'));
      await expect(waiting).rejects.toMatchObject({ why: 'cancelled' });
    });
  });

  describe('a timer', () => {
    it('keeps the time it was first given, and counts downtime [core.engine.conformance] [core.engine.timers]', async () => {
      bench = await create();
      const at = bench.now() + 60_000;
      void bench.durable.sleepUntil('a', 'pause', at, never).catch(() => undefined);
      await bench.advance(30_000);
      bench = await bench.restart();
      let woke = 0;
      const sleeping = bench.durable.sleepUntil('a', 'pause', at + 500_000, never).then(() => (woke = bench.now()));
      await bench.advance(30_000);
      await sleeping;
      expect(woke).toBe(at);
    });
  });

  describe('a race', () => {
    it('gives the work its value when that ends first, and replays so [core.engine.conformance]', async () => {
      bench = await create();
      const at = bench.now() + 1000;
      const race = () => bench.durable.race('a', 'timeout', at, never, () => Promise.resolve('done'));
      expect(await race()).toEqual({ elapsed: false, value: 'done' });
      await bench.advance(5000);
      bench = await bench.restart();
      expect(await race()).toEqual({ elapsed: false, value: 'done' });
    });

    it('aborts the work at the deadline and waits for its end; replay does not begin it anew [core.engine.conformance]', async () => {
      bench = await create();
      const at = bench.now() + 1000;
      const aborted: boolean[] = [];
      const race = () =>
        bench.durable.race('a', 'timeout', at, never, async (signal) => {
          aborted.push(signal.aborted);
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
          throw signal.reason;
        });
      const running = race();
      await bench.advance(1000);
      expect(await running).toEqual({ elapsed: true });
      bench = await bench.restart();
      expect(await race()).toEqual({ elapsed: true });
      expect(aborted).toEqual([false, true]);
    });
  });

  describe('branches', () => {
    const names = ['one', 'two', 'three'];
    const failing = (name: string): Promise<Json> =>
      name === 'two' ? Promise.reject(fail('invalid', 'test.two', 'two')) : Promise.resolve(name);

    it('run at most so many at once, in order [core.engine.conformance]', async () => {
      bench = await create();
      let running = 0;
      let most = 0;
      const results = await bench.durable.branches('a', names, { limit: 2, onFailure: 'wait' }, never, async (name) => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return name;
      });
      expect(most).toBe(2);
      expect(results).toEqual(names.map((output) => ({ is: 'ok', output })));
    });

    it.each([
      ['wait', ['ok', 'failed', 'ok']],
      ['continue', ['ok', 'failed', 'ok']],
    ] as const)('with %s all come to their end [core.engine.conformance]', async (onFailure, expected) => {
      bench = await create();
      const results = await bench.durable.branches('a', names, { onFailure }, never, failing);
      expect(results.map((result) => result.is)).toEqual(expected);
    });

    it('with cancel the first failure that is committed stops the others, and replay begins none anew [core.engine.conformance]', async () => {
      bench = await create();
      const begun: string[] = [];
      const work = (name: string, _index: number, signal: AbortSignal): Promise<Json> => {
        if (!signal.aborted) begun.push(name);
        if (name === 'two') return Promise.reject(fail('invalid', 'test.two', 'two'));
        return new Promise((_resolve, reject) => {
          if (signal.aborted) reject(signal.reason as Error);
          else signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      };
      const first = await bench.durable.branches('a', names, { onFailure: 'cancel' }, never, work);
      expect(first.map((result) => result.is)).toEqual(['stopped', 'failed', 'stopped']);
      expect(begun).toEqual(names);
      bench = await bench.restart();
      begun.length = 0;
      const again = await bench.durable.branches('a', names, { onFailure: 'cancel' }, never, work);
      expect(again.map((result) => result.is)).toEqual(['stopped', 'failed', 'stopped']);
      expect(begun).toEqual([]);
    });
  });

  describe('a cell', () => {
    it('is changed once per key and name, and keeps its value over restarts [core.engine.conformance]', async () => {
      bench = await create();
      const add = (as: string) =>
        bench.durable
          .cell<number>('count')
          .update('a', as, (current) => ({ value: (current ?? 0) + 1, result: current ?? 0 }));
      expect(await Promise.all([add('first'), add('second')])).toEqual([0, 1]);
      bench = await bench.restart();
      expect([await add('first'), await add('third')]).toEqual([0, 2]);
    });

    it('that refuses keeps its value [core.engine.conformance]', async () => {
      bench = await create();
      const cell = () => bench.durable.cell<number>('count');
      await cell().update('a', 'set', () => ({ value: 1, result: true }));
      const refused = cell().update('a', 'refused', () => {
        throw fail('conflict', 'test.no', 'no');
      });
      await expect(refused).rejects.toBeInstanceOf(StagebookError);
      expect(await cell().update('a', 'look', (current) => ({ value: current, result: current ?? null }))).toBe(1);
    });
  });
}
