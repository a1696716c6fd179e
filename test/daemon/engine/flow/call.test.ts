import { afterEach, describe, expect, it } from 'vitest';
import type { EmbeddedOptions } from '../../../../daemon/engine/options.ts';
import { resolvePaths } from '../../../../daemon/paths.ts';
import type { Definition } from '../../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, stage, step, workflowOf } from '../../../fakes/outline.ts';
import { ADA, write } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('call', () => {
  const child: Definition = {
    language: 1,
    header: node('workflow', 'child', { inputs: { name: {} }, output: { hello: '${{ inputs.name }}' } }),
    body: [stage('work', write('inner'))],
  };
  const page = (name: string) => (name === 'Child' ? child : undefined);

  it('runs another page as a run of its own and gives its output, once over restarts', async () => {
    test = await createTestEngine({ options: { page } });
    const definition = workflowOf(node('call', 'sub', { page: 'Child', with: { name: 'Ada' } }), write('after'));
    const state = await test.run(definition);
    expect(state.status).toBe('completed');
    expect(test.world.calls).toEqual(['inner', 'after']);
    expect(test.engine.list()).toHaveLength(2);
  });

  it('is pinned: editing the called page later changes nothing [core.engine.pinning]', async () => {
    let now: Definition = { ...child, body: [stage('work', node('ask', 'go', { question: 'Go?' }), write('inner'))] };
    test = await createTestEngine({ options: { page: (name) => (name === 'Child' ? now : undefined) } });
    const run = await test.engine.start({
      definition: workflowOf(
        node('ask', 'first', { question: '?' }),
        node('call', 'sub', { page: 'Child', with: { name: 'Ada' } }),
      ),
      inputs: {},
      by: ADA,
    });
    await test.settle();
    now = child;
    await test.engine.answer(run, 'work/first', 'go', ADA);
    await test.settle();
    expect(test.engine.requests().map((request) => request.kind === 'ask' && request.question)).toEqual(['Go?']);
  });

  it('gets inputs as it declares them: numbers, lists, defaults, and nothing that does not fit [core.call.inputs]', async () => {
    const inputs = {
      n: { type: 'number' },
      names: { type: 'list' },
      level: { enum: ['patch', 'minor'], default: 'minor' },
    };
    const output = { sum: '${{ inputs.n + 1.0 }}', names: '${{ inputs.names }}', level: '${{ inputs.level }}' };
    const typed: Definition = { ...child, header: node('workflow', 'child', { inputs, output }) };
    test = await createTestEngine({ options: { page: () => typed } });
    const call = (given: string) =>
      workflowOf(
        step('level', 'act.read', { with: { name: 'level', value: given } }),
        node('call', 'sub', { page: 'Child', with: { n: '7', names: 'a, b', level: '${{ steps.level.output }}' } }),
      );
    expect((await test.run(call('patch'))).output).toEqual({ sum: 8, names: ['a', 'b'], level: 'patch' });
    expect((await test.run(call('huge'))).failure).toMatchObject({
      code: 'call.input',
      message: expect.stringContaining('one of patch, minor') as string,
    });
    const without = workflowOf(node('call', 'sub', { page: 'Child', with: { n: 1, names: ['x'] } }));
    expect((await test.run(without)).output).toEqual({ sum: 2, names: ['x'], level: 'minor' });
  });

  it('and whatever starts a run, gets no path that leads out of the configured roots [core.call.paths]', async () => {
    const inputs = { where: { type: 'path' } } as const;
    const within: Definition = { ...child, header: node('workflow', 'child', { inputs }) };
    const paths: EmbeddedOptions['paths'] = (definition, values) =>
      resolvePaths(definition, values, { from: '/', roots: ['/srv/projects'] });
    test = await createTestEngine({ options: { page: () => within, paths } });
    const call = (where: string) =>
      workflowOf(
        step('found', 'act.read', { with: { name: 'found', value: where } }),
        node('call', 'sub', { page: 'Child', with: { where: '${{ steps.found.output }}' } }),
      );
    expect((await test.run(call('/srv/projects/../other'))).failure?.code).toBe('input.outside');
    expect((await test.run(call('/srv/projects/clock'))).status).toBe('completed');
    const by = { kind: 'system', name: 'cron' } as const;
    await expect(
      test.engine.start({ definition: within, inputs: { where: '/etc' }, by, trigger: true }),
    ).rejects.toMatchObject({ code: 'input.outside' });
  });

  it('is cancelled with its caller', async () => {
    const waits: Definition = { ...child, body: [stage('work', node('ask', 'go', { question: 'Go?' }))] };
    test = await createTestEngine({ options: { page: () => waits } });
    const { run } = await test.run(workflowOf(node('call', 'sub', { page: 'Child', with: { name: 'Ada' } })));
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.list().map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });
});
