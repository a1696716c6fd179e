import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/failure.ts';
import { withReason } from '../../../../shared/signature.ts';
import type { Node } from '../../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../../fakes/signer.ts';
import { read, write } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('skip', () => {
  const ada = createSigner('Ada');

  it('counts a failed step as skipped by a signed decision, never a gate, never something irreversible [core.engine.resume] [core.signature.reason]', async () => {
    test = await createTestEngine({ options: { owner: ownersOf(ada) } });
    test.world.on('flaky', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const { run } = await test.run(workflowOf(write('flaky'), write('after')));
    const challenge = test.engine.challenge({ kind: 'skip', run, node: 'work/flaky' });
    const reason = 'not needed today';
    await expect(test.engine.skip(run, 'work/flaky', ada.sign(challenge), reason)).rejects.toMatchObject({
      code: 'signature.foreign',
    });
    const again = test.engine.challenge({ kind: 'skip', run, node: 'work/flaky' });
    await test.engine.skip(run, 'work/flaky', ada.sign(withReason(again, reason)), reason);
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.engine.state(run).nodes.get('work/flaky')).toMatchObject({
      status: 'skipped',
      skipped: { reason: 'not needed today' },
    });

    test.world.on('gone', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const other = await test.run(workflowOf(step('gone', 'act.irreversible', { with: { name: 'gone' } })));
    expect(() => test.engine.challenge({ kind: 'skip', run: other.run, node: 'work/gone' })).toThrow(
      /cannot be skipped/,
    );
  });
});

describe('a skip', () => {
  const gated = (...others: Node[]) =>
    node('sequence', 'part', {}, node('gate', 'gate', {}, node('check', 'no', { that: '1 == 2' })), ...others);
  const broken = () => {
    throw fail('invalid', 'test.broken', 'broken');
  };
  const page = (name: string) => ({ Gated: workflowOf(gated()), Plain: workflowOf(read('bad')) })[name];
  const passed = node(
    'sequence',
    'part',
    {},
    node('gate', 'gate', {}, node('check', 'yes', { that: '1 == 1' })),
    read('bad'),
  );

  it.each<[string, Node, string, boolean]>([
    ['what holds a gate that was rejected', gated(), 'work/part', false],
    ['the stage of such a gate', gated(), 'work', false],
    ['what holds a gate that was not reached', node('sequence', 'all', {}, read('bad'), gated()), 'work/all', false],
    ['what holds a gate that passed', passed, 'work/part', true],
    [
      'what holds an irreversible step that was not reached',
      node('sequence', 'part', {}, read('bad'), step('gone', 'act.irreversible', { with: { name: 'gone' } })),
      'work/part',
      false,
    ],
    ['a call of a page with a gate', node('call', 'part', { page: 'Gated' }), 'work/part', false],
    ['a call of a page without one', node('call', 'part', { page: 'Plain' }), 'work/part', true],
  ])('steps over no gate and nothing irreversible: %s [core.gate.skip]', async (_what, part, key, may) => {
    const ada = createSigner('Ada');
    test = await createTestEngine({ options: { owner: ownersOf(ada), page } });
    test.world.on('bad', broken);
    const { run, status } = await test.run(workflowOf(part, write('after')));
    expect(status).toBe('failed');
    const challenge = () => test.engine.challenge({ kind: 'skip', run, node: key });
    if (!may) return expect(challenge).toThrow(/cannot be skipped/);
    await test.engine.skip(run, key, ada.sign(withReason(challenge(), 'not today')), 'not today');
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.world.calls.at(-1)).toBe('after');
  });
});
