import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeptRuns } from '../../../daemon/engine/kept-runs.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import type { Node } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;
/** More events than from which on a run stays. */
const LONG = 250;

let test: TestEngine;
afterEach(() => test?.remove());

const polls = (times: number): Node =>
  node(
    'repeat',
    'polls',
    { every: '61s', times, until: 'output == "there"' },
    step('look', 'act.read', { with: { name: 'look' } }),
  );

/** Starts it and has it poll until its record is long. */
async function goFar(...nodes: Node[]): Promise<string> {
  const run = await test.engine.start({ definition: workflowOf(...nodes), inputs: {}, by: ADA });
  await test.work(() => test.engine.state(run).seq > LONG);
  return run;
}

describe('a run that polls', () => {
  it('is read and gone through no more when its record is long, however often it wakes [core.engine.polls]', async () => {
    test = await createTestEngine();
    test.world.on('look', ({ count }) => (count === 300 ? 'there' : 'not yet'));
    const run = await goFar(polls(1_000));
    const read = vi.spyOn(test.journal, 'events');
    const settled = test.engine.settled(run);
    await test.work();
    const state = await settled;
    // Once for each time that this test looked, and for nothing else.
    expect(read.mock.calls.length).toBeLessThan(3);
    expect(state.status).toBe('completed');
    expect((state.output as { list: string[] }).list).toHaveLength(300);
    expect(test.world.calls).toHaveLength(300);
    expect(test.engine.state(run)).toEqual(fold(test.journal.events(run)));
  });

  it('asks, is answered, and is cancelled as any other meanwhile [core.engine.polls]', async () => {
    test = await createTestEngine();
    test.world.on('look', () => 'not yet');
    const ask = node('ask', 'go', { question: 'Go?', options: ['yes'] });
    const after = step('after', 'act.write', { with: { name: 'after' } });
    const run = await goFar(node('parallel', 'both', {}, polls(1_000), node('sequence', 'asks', {}, ask, after)));
    expect(await test.engine.settled(run)).toMatchObject({ status: 'waiting' });
    await test.engine.answer(run, 'work/both/asks/go', 'yes', ADA);
    await test.settle();
    expect(test.world.calls.filter((call) => call === 'after')).toHaveLength(1);
    expect(test.engine.state(run)).toEqual(fold(test.journal.events(run)));
    await test.engine.cancel(run, ADA);
    await test.settle();
    expect(test.engine.state(run).status).toBe('cancelled');
    const looked = test.world.calls.length;
    await test.work();
    expect(test.world.calls).toHaveLength(looked);
  });

  it('goes on where it was after the process has ended [core.engine.polls]', async () => {
    test = await createTestEngine();
    test.world.on('look', () => (test.world.calls.length === 90 ? 'there' : 'not yet'));
    const run = await goFar(polls(1_000));
    test = await test.restart();
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.world.calls).toHaveLength(90);
  });
});

describe('what stays in memory', () => {
  const now = Date.UTC(2026, 0, 5);
  const waits = (length: number, wakesAt: number) => ({ durable: { length, wakesAt } });

  it('is what was long and wakes soon, and nothing that waits for somebody [core.engine.waiting]', () => {
    const kept = new KeptRuns();
    expect(kept.wants(waits(10_000, now + 30_000), now)).toBe(true);
    expect(kept.wants(waits(10, now + 30_000), now)).toBe(false);
    expect(kept.wants(waits(10_000, Infinity), now)).toBe(false);
    expect(kept.wants(waits(10_000, now + 86_400_000), now)).toBe(false);
  });

  it('is bounded: what was kept longest ago goes first, and the last one stays whatever it has [core.engine.polls]', () => {
    const kept = new KeptRuns();
    const gone: string[] = [];
    for (let n = 0; n < 100; n += 1) {
      for (const run of kept.add(`run-${n}`, waits(50_000, now))) {
        kept.take(run);
        gone.push(run);
      }
    }
    expect(gone).toEqual(Array.from({ length: 96 }, (_, n) => `run-${n}`));
    expect(kept.add('huge', waits(5_000_000, now))).toHaveLength(4);
    expect(kept.has('huge')).toBe(true);
  });
});
