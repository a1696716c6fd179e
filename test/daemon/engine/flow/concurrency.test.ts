import { afterEach, describe, expect, it } from 'vitest';
import type { Definition, Node } from '../../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, stage, workflowOf } from '../../../fakes/outline.ts';
import { ADA, read, write } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('concurrency', () => {
  const limited = (whenFull: string): Definition => ({
    language: 1,
    header: node('workflow', 'limited', {
      concurrency: { key: 'release ${{ inputs.what }}', limit: 1, 'when-full': whenFull },
      inputs: { what: { default: 'x' } },
    }),
    body: [stage('work', node('ask', 'go', { question: 'Go?' }))],
  });

  it('queues what is too many, in order, and lets the next go on when one has ended [core.engine.concurrency]', async () => {
    test = await createTestEngine();
    const runs = [];
    for (let n = 0; n < 3; n += 1) {
      runs.push(await test.engine.start({ definition: limited('queue'), inputs: { what: 'x' }, by: ADA }));
      await test.settle();
    }
    const open = (): string[] => test.engine.requests().map(({ run }) => run);
    expect(open()).toEqual([runs[0]]);
    test = await test.restart();
    for (const run of runs) {
      await test.settle();
      expect(open()).toEqual([run]);
      await test.engine.answer(run, 'work/go', 'yes', ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
    }
  });

  it('counts a run and those that it calls, and they call, as one [core.engine.concurrency]', async () => {
    const called = (page: string, ...nodes: Node[]): Definition => ({
      language: 1,
      header: node('workflow', page, { concurrency: { key: 'k' } }),
      body: [stage('work', ...nodes)],
    });
    const pages: Record<string, Definition> = {
      Middle: called('Middle', node('call', 'sub', { page: 'Inner' })),
      Inner: called('Inner', node('ask', 'go', { question: 'Go?' }), write('inner')),
    };
    test = await createTestEngine({ options: { page: (name) => pages[name] } });
    const outer = called('Outer', node('call', 'sub', { page: 'Middle' }), write('after'));
    const { run } = await test.run(outer);
    const other = await test.engine.start({ definition: called('Other', write('other')), inputs: {}, by: ADA });
    await test.work();
    expect(test.world.calls).toEqual([]);
    const [asked] = test.engine.requests();
    await test.engine.answer(asked!.run, asked!.node, 'yes', ADA);
    await test.work();
    expect([run, other].map((each) => test.engine.state(each).status)).toEqual(['completed', 'completed']);
    expect(test.world.calls).toEqual(['inner', 'after', 'other']);
  });

  it('refuses what is too many where that is asked; another key is free [core.engine.concurrency]', async () => {
    test = await createTestEngine();
    await test.run(limited('refuse'), { what: 'x' });
    expect((await test.run(limited('refuse'), { what: 'x' })).failure?.code).toBe('run.too_many');
    expect((await test.run(limited('refuse'), { what: 'y' })).status).toBe('waiting');
  });

  it('says who holds the place, and by what it is had: then the refused run goes on [core.engine.concurrency]', async () => {
    test = await createTestEngine();
    const { run: first, number } = await test.run(limited('refuse'), { what: 'x' });
    const { run, failure } = await test.run(limited('refuse'), { what: 'x' });
    const said = failure!.message;
    for (const part of [
      `#${number} limited (${first})`,
      'at most 1',
      `show ${first}`,
      `cancel ${first}`,
      `resume ${run}`,
    ])
      expect(said).toContain(part);
    await test.engine.cancel(first, ADA);
    await test.work();
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run).status).toBe('waiting');
    expect(test.database.prepare("select value from cells where name = 'slots:release x'").pluck().get()).not.toContain(
      first,
    );
  });
});

describe('waiting', () => {
  it('ends for each of many runs that are answered in one turn, with none told to wait still [core.engine.waiting]', async () => {
    test = await createTestEngine();
    const definition = workflowOf(node('ask', 'gate', { question: 'Go on?', options: ['yes'] }));
    const start = () => test.engine.start({ definition, inputs: {}, by: ADA });
    const starting = Promise.all(Array.from({ length: 250 }, start));
    await test.work();
    const runs = await starting;
    const answering = runs.map(async (run) => {
      await test.engine.answer(run, 'work/gate', 'yes', ADA);
      return (await test.engine.settled(run)).status;
    });
    await test.work();
    expect(new Set(await Promise.all(answering))).toEqual(new Set(['completed']));
  });

  it('holds nothing in memory, and an input cannot change what a gate saw [core.gate.edit]', async () => {
    test = await createTestEngine();
    const definition = workflowOf(
      read('look', { with: { name: 'look', value: 1 } }),
      node('gate', 'gate', {}, node('check', 'high', { that: 'steps.look.output > 5' })),
    );
    const state = await test.run(definition);
    expect(state.failure?.code).toBe('gate.rejected');
    const edited = workflowOf(
      read('look', { with: { name: 'look', value: 9 } }),
      node('gate', 'gate', {}, node('check', 'high', { that: 'true' })),
    );
    await test.engine.propose(edited);
    await test.engine.resume(state.run, { by: ADA });
    await test.work();
    expect(test.engine.state(state.run).failure?.code).toBe('gate.rejected');
    expect(test.engine.definition(state.run)).toEqual(definition);
  });
});
