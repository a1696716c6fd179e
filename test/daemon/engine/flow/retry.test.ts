import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/failure.ts';
import type { Definition } from '../../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, workflowOf } from '../../../fakes/outline.ts';
import { ADA, busy, read } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('retry', () => {
  it('keeps the time of the next attempt over a restart, downtime included [core.engine.timers]', async () => {
    test = await createTestEngine();
    test.world.on('flaky', ({ count }) => {
      if (count === 1) throw busy();
      return count;
    });
    const definition = workflowOf(
      node('retry', 'again', { attempts: 2, backoff: { kind: 'constant', initial: '1h' } }, read('flaky')),
    );
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    const start = test.clock.now();
    test = await test.restart();
    test.clock.advanceTo(start + 45 * 60_000);
    await test.settle();
    expect(test.world.calls).toHaveLength(1);
    await test.work();
    expect(test.engine.state(run).endedAt! - start).toBe(3_600_000);
  });

  it.each([
    ['constant', [2000, 2000, 2000]],
    ['linear', [2000, 4000, 6000]],
    ['exponential', [2000, 4000, 5000]],
  ])('pauses in a %s way, at most the maximum', async (kind, pauses) => {
    test = await createTestEngine();
    const times: number[] = [];
    test.world.on('flaky', () => {
      times.push(test.clock.now());
      throw busy();
    });
    const backoff = { kind, initial: '2s', ...(kind === 'exponential' ? { max: '5s' } : {}) };
    await test.run(workflowOf(node('retry', 'again', { attempts: 4, backoff }, read('flaky'))));
    expect(times.slice(1).map((time, index) => time - times[index]!)).toEqual(pauses);
  });

  it('waits for as long as it was asked to, up to an hour, and gives up at once where that would be longer [core.engine.retry-after]', async () => {
    test = await createTestEngine();
    const times: number[] = [];
    let wait = 90_000;
    test.world.on('limited', () => {
      times.push(test.clock.now());
      throw fail('rate-limit', 'test.limited', 'slow down', { data: { retry_after_ms: wait } });
    });
    const again = workflowOf(
      node('retry', 'again', { attempts: 3, backoff: { kind: 'constant', initial: '2s' } }, read('limited')),
    );
    await test.run(again);
    expect(times.slice(1).map((time, index) => time - times[index]!)).toEqual([90_000, 90_000]);
    times.length = 0;
    wait = 3_600_001;
    const state = await test.run(again);
    expect(state.failure?.code).toBe('test.limited');
    expect(times).toHaveLength(1);
  });

  it('does not repeat what cannot be helped by it, and repeats what is named', async () => {
    test = await createTestEngine();
    test.world.on('broken', ({ count }) => {
      if (count < 3) throw fail('invalid', 'test.broken', 'broken');
      return 'fine';
    });
    const plain = await test.run(workflowOf(node('retry', 'again', { attempts: 3 }, read('broken'))));
    expect(plain.failure?.code).toBe('test.broken');
    const named = await test.run(workflowOf(node('retry', 'again', { attempts: 3, on: ['test.*'] }, read('broken'))));
    expect(named.output).toBe('fine');
  });
});

describe('breaker', () => {
  const guarded = (): Definition =>
    workflowOf(node('breaker', 'guard', { name: 'registry', failures: 2, recovery: '1m' }, read('call')));

  it('opens after its failures, stays open over a restart, lets one probe through, and closes [core.engine.breaker]', async () => {
    test = await createTestEngine();
    let down = true;
    test.world.on('call', () => {
      if (down) throw busy();
      return 'up';
    });
    for (let n = 0; n < 2; n += 1) expect((await test.run(guarded())).failure?.code).toBe('test.busy');
    expect((await test.run(guarded())).failure?.code).toBe('breaker.open');
    test = await test.restart();
    expect((await test.run(guarded())).failure?.code).toBe('breaker.open');
    expect(test.world.calls).toHaveLength(2);
    test.clock.advanceTo(test.clock.now() + 60_000);
    expect((await test.run(guarded())).failure?.code).toBe('test.busy');
    expect((await test.run(guarded())).failure?.code).toBe('breaker.open');
    down = false;
    test.clock.advanceTo(test.clock.now() + 60_000);
    expect((await test.run(guarded())).output).toBe('up');
    expect((await test.run(guarded())).output).toBe('up');
  });

  it('lets one probe through at a time', async () => {
    test = await createTestEngine();
    let release = (): void => undefined;
    test.world.on('call', ({ count }) => {
      if (count <= 2) throw busy();
      return new Promise((resolve) => (release = () => resolve('up')));
    });
    for (let n = 0; n < 2; n += 1) await test.run(guarded());
    test.clock.advanceTo(test.clock.now() + 60_000);
    const probe = await test.engine.start({ definition: guarded(), inputs: {}, by: ADA });
    await test.settle();
    const second = await test.engine.start({ definition: guarded(), inputs: {}, by: ADA });
    await test.settle();
    expect(test.engine.state(second).failure?.code).toBe('breaker.open');
    release();
    await test.settle();
    expect(test.engine.state(probe).output).toBe('up');
  });
});
