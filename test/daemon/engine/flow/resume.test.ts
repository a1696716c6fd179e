import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/failure.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { ADA, read, write } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('resume', () => {
  it('runs only what is not completed, in the same epoch [core.engine.resume] [core.engine.memo]', async () => {
    test = await createTestEngine();
    test.world.on('second', ({ count }) => {
      if (count === 1) throw fail('invalid', 'test.broken', 'broken');
      return 'second';
    });
    const { run } = await test.run(workflowOf(write('first'), write('second'), write('third')));
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', epoch: 1 });
    expect(test.world.calls).toEqual(['first', 'second', 'second', 'third']);
  });

  it('--from repeats the node and all after it in a new epoch, but never what is irreversible [core.engine.resume]', async () => {
    test = await createTestEngine();
    test.world.verify('second', () => ({ is: 'not-done' }));
    test.world.verify('fourth', () => ({ is: 'not-done' }));
    let broken = true;
    test.world.on('fourth', () => {
      if (broken) throw fail('invalid', 'test.broken', 'broken');
      return 'fourth';
    });
    const third = step('third', 'act.irreversible', { with: { name: 'third' } });
    const { run } = await test.run(
      workflowOf(write('first'), write('second', { remember: { found: '${{ output }}' } }), third, write('fourth')),
    );
    broken = false;
    await test.engine.resume(run, { by: ADA, from: 'second' });
    expect(test.engine.state(run).memory.has('found')).toBe(false);
    await test.work();
    const state = test.engine.state(run);
    expect(state).toMatchObject({ status: 'completed', epoch: 2 });
    expect(test.world.calls).toEqual(['first', 'second', 'third', 'fourth', 'second', 'fourth']);
    expect(state.memory.get('found')).toBe('second');
  });

  it('of a repeat goes on at once with the time that failed: the pauses before it are over [core.engine.resume]', async () => {
    test = await createTestEngine();
    test.world.on('look', ({ count }) => {
      if (count === 4) throw fail('invalid', 'test.broken', 'broken');
      return count;
    });
    const polls = node('repeat', 'polls', { every: '1h', times: 6 }, read('look'));
    const { run, status } = await test.run(workflowOf(polls));
    expect(status).toBe('failed');
    const stopped = test.clock.now();
    await test.engine.resume(run, { by: ADA });
    await test.settle();
    expect(test.world.calls).toHaveLength(5);
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: { list: [1, 2, 3, 5, 6, 7] } });
    expect(test.clock.now() - stopped).toBe(2 * 3_600_000);
  });

  it('says which nodes there are when it is given one that is not', async () => {
    test = await createTestEngine();
    test.world.on('first', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const { run } = await test.run(workflowOf(write('first')));
    await expect(test.engine.resume(run, { by: ADA, from: 'nothing' })).rejects.toMatchObject({
      code: 'node.not_found',
    });
  });

  it('keeps the choice of a route and the list of a foreach, which replay must not decide again [core.engine.decisions]', async () => {
    test = await createTestEngine();
    let broken = true;
    test.world.on('each', ({ count }) => {
      if (broken && count === 2) throw fail('invalid', 'test.broken', 'broken');
      return count;
    });
    test.world.on('list', ({ count }) => (count === 1 ? ['a', 'b', 'c'] : []));
    const definition = workflowOf(
      read('list'),
      node(
        'foreach',
        'all',
        { in: 'steps.list.output', as: 'item' },
        step('each', 'act.write', { with: { name: 'each', value: '${{ item }}' } }),
      ),
    );
    const { run } = await test.run(definition);
    broken = false;
    test = await test.restart();
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run).output).toHaveLength(3);
    expect(test.world.calls.filter((name) => name === 'each')).toHaveLength(4);
  });
});
