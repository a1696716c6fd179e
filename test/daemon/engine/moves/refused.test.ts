import { afterEach, describe, expect, it } from 'vitest';
import type { Definition, Node } from '../../../../shared/workflow/definition.ts';
import type { TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { act, by, failed, gate, move, openToMoves } from './moved.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('an edited page is refused', () => {
  const table: [string, Node[], Node[], RegExp][] = [
    ['a completed node is gone', [act('one')], [], /“one” \(work\/one\) is gone/],
    [
      'a completed node has another role',
      [node('wait', 'one', { for: '1s' })],
      [act('one')],
      /“one” \(work\/one\) was a wait and is a step/,
    ],
    [
      'a completed node stands elsewhere',
      [act('one')],
      [node('sequence', 'group', {}, act('one'))],
      /work\/one\) is gone/,
    ],
    [
      'what is around a completed node has another role',
      [node('sequence', 'group', {}, act('one'))],
      [node('parallel', 'group', {}, act('one'))],
      /“group” \(work\/group\) was a sequence and is a parallel/,
    ],
    [
      'a policy that ended has other settings',
      [node('retry', 'tries', { attempts: 3 }, act('one'))],
      [node('retry', 'tries', { attempts: 1 }, act('one'))],
      /“tries” \(work\/tries\) has ended/,
    ],
  ];
  it.each(table)('when %s [core.move.keys]', async (_what, before, after, why) => {
    test = await openToMoves();
    const run = await failed(test, ...before);
    const count = test.engine.events(run).length;
    const refused = move(test, run, workflowOf(...after, act('good')));
    await expect(refused).rejects.toMatchObject({
      failure: { code: 'move.nodes', message: expect.stringMatching(why) as string },
    });
    await expect(refused).rejects.toThrow(/Put that back on the page, or start a new run/);
    expect(test.engine.events(run)).toHaveLength(count);
  });

  it('when a write that nobody knows the end of is changed or gone [core.move.keys]', async () => {
    test = await openToMoves();
    test.world.on('push', () => {
      const lost = new Error('lost') as Error & { failure?: unknown };
      throw Object.assign(lost, { code: 'ECONNRESET', syscall: 'read' });
    });
    test.world.verify('push', () => ({ is: 'unsure', why: 'Nobody answers.' }));
    const push = (value: string): Node => ({
      ...act('push', 'write', value),
      settings: { ...act('push', 'write', value).settings, 'on-unknown': 'fail' },
    });
    const crash = await createUnknown(workflowOf(push('x')));
    for (const edited of [workflowOf(push('y')), workflowOf(act('other'))]) {
      await expect(move(test, crash, edited)).rejects.toMatchObject({ failure: { code: 'move.nodes' } });
    }
    test.world.verify('push', () => ({ is: 'done', result: 'x' }));
    expect((await move(test, crash, workflowOf(push('x'), act('after')))).status).toBe('completed');
  });

  it('when nothing was edited, when it cannot run, and for runs that work, are completed or were called [core.move.states]', async () => {
    test = await openToMoves();
    const run = await failed(test, act('one'));
    const same = workflowOf(act('one'), act('bad', 'write'));
    await expect(move(test, run, same)).rejects.toMatchObject({ failure: { code: 'move.same' } });
    const broken = workflowOf(act('one'), step('two', 'act.nothing'));
    await expect(move(test, run, broken)).rejects.toMatchObject({ failure: { code: 'definition.broken' } });
    let end = (): void => undefined;
    test.world.on('slow', () => new Promise((resolve) => (end = () => resolve('done'))));
    const slow = await test.engine.start({ definition: workflowOf(act('slow')), inputs: {}, by });
    await test.settle();
    await expect(move(test, slow, workflowOf(act('slow'), act('more')))).rejects.toMatchObject({
      failure: { code: 'run.active' },
    });
    end();
    await test.work();
    await expect(move(test, slow, workflowOf(act('slow'), act('more')))).rejects.toMatchObject({
      failure: { code: 'run.not_stopped' },
    });
    const called = { ...workflowOf(gate('ready')), header: node('workflow', 'called') };
    const calls = workflowOf(node('call', 'other', { page: 'Other' }));
    const parent = await test.engine.start({ definition: calls, pages: { Other: called }, inputs: {}, by });
    await test.work(() => test.engine.list().some(({ title, status }) => title === 'called' && status === 'waiting'));
    const child = test.engine.list().find(({ title }) => title === 'called')!;
    await expect(move(test, child.run, workflowOf(act('one')))).rejects.toMatchObject({
      failure: { code: 'move.called' },
    });
    await expect(move(test, parent, workflowOf(act('one')))).rejects.toMatchObject({ failure: { code: 'run.active' } });
    await expect(move(test, 'nobody', same)).rejects.toMatchObject({ failure: { code: 'run.not_found' } });
  });

  it('when what it called is not done and that page, or the call, is another one; else that goes on as it began [core.move.keys]', async () => {
    test = await openToMoves();
    let broken = true;
    test.world.on('inner', () => {
      if (broken) throw new Error('no');
      return 'fine';
    });
    const inner = (...nodes: Node[]): Definition => ({
      ...workflowOf(...nodes),
      header: node('workflow', 'inner_page'),
    });
    const called = inner(act('first', 'write'), act('inner', 'write'));
    const calls = (...more: Node[]): Definition => workflowOf(node('call', 'other', { page: 'Inner' }), ...more);
    const start = await test.engine.start({ definition: calls(), pages: { Inner: called }, inputs: {}, by });
    await test.work(() => test.engine.state(start).status === 'failed');
    broken = false;
    const other = await test.engine.propose(calls(act('after', 'write')), { Inner: inner(act('new', 'write')) });
    await expect(test.engine.move(start, { definition: other, by })).rejects.toMatchObject({
      failure: { code: 'move.nodes', message: expect.stringMatching(/“other” \(work\/other\) has called/) as string },
    });
    await expect(move(test, start, workflowOf(act('after')))).rejects.toMatchObject({
      failure: { code: 'move.nodes' },
    });
    const same = await test.engine.propose(calls(act('after', 'write')), { Inner: called });
    await test.engine.move(start, { definition: same, by });
    await test.work();
    expect(test.engine.state(start).status).toBe('completed');
    expect(test.world.ledger.map(({ name }) => name)).toEqual(['first', 'inner', 'after']);
  });

  it('when a part of it works while another waits, until that has ended; and when it works on another engine [core.move.states]', async () => {
    test = await openToMoves();
    let end = (): void => undefined;
    test.world.on('slow', () => new Promise((resolve) => (end = () => resolve('done'))));
    const page = (...more: Node[]): Definition =>
      workflowOf(node('parallel', 'both', {}, act('slow', 'write'), gate('ready')), ...more);
    const run = await test.engine.start({ definition: page(), inputs: {}, by });
    await test.settle();
    expect(test.engine.state(run).status).toBe('waiting');
    const refused = move(test, run, page(act('more')));
    await expect(refused).rejects.toMatchObject({ failure: { code: 'run.active' } });
    await expect(refused).rejects.toThrow(/“slow” is at work/);
    end();
    await test.settle();
    test = await test.restart(undefined, undefined, { elsewhere: () => true });
    await expect(move(test, run, page(act('more')))).rejects.toMatchObject({ failure: { code: 'move.elsewhere' } });
    test = await test.restart(undefined, undefined, { elsewhere: () => false });
    expect((await move(test, run, page(act('more')))).status).toBe('waiting');
    expect(test.world.calls).toEqual(['slow']);
  });
});

/** A run that failed because nobody knows whether its write happened. */
async function createUnknown(definition: Definition): Promise<string> {
  const run = await test.engine.start({ definition, inputs: {}, by });
  await test.work(() => test.engine.state(run).status !== 'running');
  expect(test.engine.state(run).nodes.get('work/push')?.failure?.code).toBe('effect.unknown');
  return run;
}
