import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/failure.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { ADA, busy, read, write } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('saga', () => {
  const made = (id: string) =>
    write(id, {}) && step(id, 'act.write', { with: { name: id } }, node('undo', 'undo', {}, write(`undo_${id}`)));

  it('takes finished steps back in reverse, all of them even if one fails [core.engine.saga]', async () => {
    test = await createTestEngine();
    test.world.on('third', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    test.world.on('undo_second', () => {
      throw fail('invalid', 'test.stuck', 'stuck');
    });
    const state = await test.run(workflowOf(node('saga', 'all', {}, made('first'), made('second'), made('third'))));
    expect(test.world.calls).toEqual(['first', 'second', 'third', 'undo_second', 'undo_first']);
    expect(state.failure).toMatchObject({ code: 'saga.incomplete', cause: { code: 'test.broken' } });
  });

  it('takes back on cancel too, and what was finished in parallel in the order of its ends [core.engine.saga]', async () => {
    test = await createTestEngine();
    let end = (): void => undefined;
    test.world.on('slow', () => new Promise((resolve) => (end = () => resolve('slow'))));
    test.world.on(
      'hang',
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(busy()))),
    );
    const definition = workflowOf(
      node(
        'saga',
        'all',
        {},
        node('parallel', 'both', {}, made('slow'), made('quick')),
        step('hang', 'act.read', { with: { name: 'hang' } }),
      ),
    );
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    end();
    await test.settle();
    await test.engine.cancel(run, ADA, 'enough');
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.world.calls.slice(-2)).toEqual(['undo_slow', 'undo_quick']);
  });
});

describe('a saga that was taken back', () => {
  const made = (id: string) => write(id, {}, node('undo', `undo_${id}`, {}, write(`un${id}`)));
  const there = new Set<string>();
  /** Makes and unmakes what is really there, and can be asked about that. */
  function withThings(...ids: string[]): void {
    there.clear();
    for (const id of ids) {
      test.world.on(id, () => there.add(id).has(id));
      test.world.on(`un${id}`, () => there.delete(id));
      test.world.verify(id, () => (there.has(id) ? { is: 'done', result: id } : { is: 'not-done' }));
      test.world.verify(`un${id}`, () => (there.has(id) ? { is: 'not-done' } : { is: 'done', result: id }));
    }
  }

  it.each(['failed', 'cancelled'] as const)(
    'because it %s makes everything again on resume, and takes that back again [core.engine.saga] [core.engine.resume]',
    async (why) => {
      test = await createTestEngine();
      withThings('first', 'second');
      let broken = why === 'failed';
      test.world.on('last', () => {
        if (broken) throw fail('invalid', 'test.broken', 'broken');
        return 'last';
      });
      const pause = node('wait', 'pause', { for: '1h' });
      const run = await test.engine.start({
        definition: workflowOf(node('saga', 'all', {}, made('first'), made('second'), pause, write('last'))),
        inputs: {},
        by: ADA,
      });
      await test.settle();
      if (why === 'cancelled') await test.engine.cancel(run, ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe(why);
      expect([...there]).toEqual([]);
      broken = true;
      await test.engine.resume(run, { by: ADA });
      await test.work();
      expect(test.world.calls.filter((name) => name === 'first')).toHaveLength(2);
      expect([...there]).toEqual([]);
      broken = false;
      await test.engine.resume(run, { by: ADA });
      await test.work();
      expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: 'last' });
      expect([...there]).toEqual(['first', 'second']);
    },
  );

  it('makes again what has completed within it, at whatever attempt or branch [core.engine.saga] [core.engine.resume]', async () => {
    test = await createTestEngine();
    withThings('first', 'second', 'third');
    let tries = 0;
    test.world.on('first', () => {
      if (++tries % 2 === 1) throw fail('locked', 'test.locked', 'not yet');
      return there.add('first').has('first');
    });
    let broken = true;
    test.world.on('last', () => {
      if (broken) throw fail('invalid', 'test.broken', 'broken');
      return 'last';
    });
    const parts = [
      node('retry', 'again', { attempts: 3 }, made('first')),
      node('when', 'if_so', { if: 'true' }, made('second'), read('looked')),
      node('parallel', 'both', {}, made('third'), read('beside')),
    ];
    const saga = node('saga', 'all', {}, ...parts, write('last'));
    const { run } = await test.run(workflowOf(saga));
    expect([...there]).toEqual([]);
    broken = false;
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: 'last' });
    expect([...there].toSorted()).toEqual(['first', 'second', 'third']);
    expect(test.world.calls.filter((name) => name === 'looked')).toHaveLength(1);
  });

  it('takes back what a saga inside of it has finished, too, and makes that again on resume [core.engine.saga] [core.engine.resume]', async () => {
    test = await createTestEngine();
    withThings('first', 'second', 'third');
    let broken = true;
    test.world.on('last', () => {
      if (broken) throw fail('invalid', 'test.broken', 'broken');
      return 'last';
    });
    const inner = node('saga', 'inner', {}, made('first'), node('sequence', 'two', {}, made('second')));
    const outer = node('saga', 'outer', {}, node('sequence', 'some', {}, inner), made('third'), write('last'));
    const { run } = await test.run(workflowOf(outer));
    expect(test.world.calls).toEqual(['first', 'second', 'third', 'last', 'unthird', 'unsecond', 'unfirst']);
    expect([...there]).toEqual([]);
    test = await test.restart();
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect([...there]).toEqual([]);
    broken = false;
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: 'last' });
    expect([...there]).toEqual(['first', 'second', 'third']);
  });

  it('in a choice that was not taken in the end is left as it is [core.engine.resume]', async () => {
    test = await createTestEngine();
    withThings('first');
    let broken = true;
    test.world.on('bad', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    test.world.on('later', () => {
      if (broken) throw fail('invalid', 'test.broken', 'broken');
      return 'later';
    });
    const either = node(
      'fallback',
      'either',
      {},
      node('saga', 'all', {}, made('first'), read('bad')),
      write('instead'),
    );
    const { run } = await test.run(workflowOf(either, write('later')));
    broken = false;
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.world.calls).toEqual(['first', 'bad', 'unfirst', 'instead', 'later', 'later']);
  });
});
