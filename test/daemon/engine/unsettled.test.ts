import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../shared/failure.ts';
import type { Node } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

// A write that was begun and stopped, and whose counterpart cannot say whether it happened: nothing may pass it.

let test: TestEngine;
afterEach(() => test.remove());

const ADA = { kind: 'person', name: 'Ada' } as const;
const DID_NOT = 'It did not happen: do it now';
const write = (id: string, settings = {}, ...parts: Node[]) =>
  step(id, 'act.write', { with: { name: id }, ...settings }, ...parts);
const read = (id: string) => step(id, 'act.read', { with: { name: id } });
const undone = (id: string) => write(id, {}, node('undo', `undo_${id}`, {}, write(`un${id}`)));
const limited = (...parts: Node[]) => node('timeout', 'limit', { after: '1m' }, ...parts);

/** Happens, and says nothing until it is stopped; the second time it answers. Nobody can say afterwards. */
async function withMuteWrite(): Promise<void> {
  test = await createTestEngine();
  test.world.on('publish', ({ count, key, signal }) => {
    if (count > 1) return 'published';
    test.world.ledger.push({ name: 'publish', key, value: 'published' });
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
  test.world.verify('publish', () => ({ is: 'unsure', why: 'The registry is down.' }));
}

describe('a write that its own deadline stops', () => {
  it('is not repeated by a retry while nobody knows; a person says what happened [core.effects.unknown]', async () => {
    await withMuteWrite();
    const { run, status } = await test.run(
      workflowOf(node('retry', 'again', { attempts: 3 }, write('publish', { timeout: '1m' }))),
    );
    expect(status).toBe('waiting');
    expect(test.world.calls).toEqual(['publish']);
    test = await test.restart();
    await test.work(() => test.engine.requests(run).length > 0);
    await test.engine.answer(run, 'work/again#1/publish', 'It happened', ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.world.ledger).toHaveLength(1);
  });

  it('can be done after all, within another deadline [core.effects.unknown]', async () => {
    await withMuteWrite();
    const { run } = await test.run(workflowOf(write('publish', { timeout: '1m' })));
    await test.engine.answer(run, 'work/publish', DID_NOT, ADA);
    await test.work();
    expect(test.engine.state(run).output).toBe('published');
  });

  it('that comes while a person is asked leaves the question open [core.effects.unknown]', async () => {
    await withMuteWrite();
    test.world.on('publish', () => {
      throw fail('network', 'test.lost', 'The answer was lost.');
    });
    const { run } = await test.run(
      workflowOf(node('retry', 'again', { attempts: 3 }, write('publish', { timeout: '1m' }))),
    );
    await test.work();
    expect(test.engine.state(run).status).toBe('waiting');
    expect(test.world.calls).toEqual(['publish']);
  });
});

describe('a write that something around it stops', () => {
  it.each<[string, Node]>([
    ['a deadline in a fallback', node('fallback', 'either', {}, limited(write('publish')), write('by_hand'))],
    ['a deadline in a retry', node('retry', 'again', { attempts: 3 }, limited(write('publish')))],
    ['a deadline in a saga', node('saga', 'all', {}, undone('first'), limited(undone('publish')))],
    [
      'a sibling in a fallback',
      node('fallback', 'either', {}, node('parallel', 'both', {}, write('publish'), read('bad')), write('by_hand')),
    ],
    ['a stage’s deadline around a parallel', limited(node('parallel', 'both', {}, write('publish'), read('fine')))],
  ])('is passed by nothing while nobody knows: %s [core.effects.unknown]', async (_what, around) => {
    await withMuteWrite();
    let failNow = (): void => undefined;
    test.world.on(
      'bad',
      () => new Promise((_resolve, reject) => (failNow = () => reject(fail('invalid', 'test.broken', 'broken')))),
    );
    const run = await test.engine.start({ definition: workflowOf(around), inputs: {}, by: ADA });
    await test.settle();
    failNow();
    await test.work();
    expect(test.engine.state(run).failure?.code).toBe('effect.unknown');
    for (const passed of ['by_hand', 'unfirst', 'unpublish']) expect(test.world.calls).not.toContain(passed);
    expect(test.world.ledger.filter(({ name }) => name === 'publish')).toHaveLength(1);
    await test.engine.resume(run, { by: ADA });
    await test.work(() => test.engine.requests(run).length > 0);
    expect(test.engine.requests(run)).toMatchObject([{ kind: 'ask', options: ['It happened', DID_NOT, 'Stop here'] }]);
    expect(test.world.calls.filter((name) => name === 'publish')).toHaveLength(1);
  });

  it('is still asked about when the process ends while it is stopped [core.effects.unknown] [core.kill.timeout]', async () => {
    await withMuteWrite();
    const definition = workflowOf(node('fallback', 'either', {}, limited(write('publish')), write('by_hand')));
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    test = await test.restart();
    await test.work();
    expect(test.engine.state(run).failure?.code).toBe('effect.unknown');
    expect(test.world.calls).toEqual(['publish']);
  });

  it('is not hidden by a cancel, which takes nothing else back [core.effects.unknown] [core.engine.cancel]', async () => {
    await withMuteWrite();
    const definition = workflowOf(node('saga', 'all', {}, undone('first'), undone('publish')));
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'cancelled', failure: { code: 'effect.unknown' } });
    expect(test.world.calls).toEqual(['first', 'publish']);
  });
});

describe('a look that is repeated', () => {
  it('may look at something else: only effects must stay the same under one key [core.effects.conflict]', async () => {
    test = await createTestEngine();
    test.world.on('now', ({ count }) => `v${count}`);
    test.world.on('look', async ({ count, value }) => {
      // Long enough to be on record as begun.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      if (count === 1) throw fail('unavailable', 'test.busy', 'busy');
      return value;
    });
    const look = step('look', 'act.read', { with: { name: 'look', value: '${{ steps.now.output }}' } });
    const state = await test.run(
      workflowOf(node('retry', 'again', { attempts: 2 }, node('sequence', 'both', {}, read('now'), look))),
    );
    expect(state.output).toBe('v2');
  });
});
