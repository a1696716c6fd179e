import { afterEach, describe, expect, it } from 'vitest';
import type { EmbeddedOptions } from '../../daemon/engine/options.ts';
import { resolvePaths } from '../../daemon/paths.ts';
import { fail } from '../../shared/failure.ts';
import type { Definition, Node } from '../../shared/workflow/definition.ts';
import type { Crash } from '../fakes/crashing-journal.ts';
import type { TestEngine } from '../fakes/engine.ts';
import { node, stage, step, workflowOf } from '../fakes/outline.ts';

/** What is made for one case: where the process ends by itself, and whether paths are held under roots. */
export interface CallsPlace {
  crash?: Crash;
  paths?: EmbeddedOptions['paths'];
}

const ADA = { kind: 'person', name: 'Ada' } as const;
const write = (id: string): Node => step(id, 'act.write', { with: { name: id } });
const page = (...nodes: Node[]): Definition => ({
  language: 1,
  header: node('workflow', 'called'),
  body: [stage('work', ...nodes)],
});

/** What every engine promises of runs that are called: which inputs they get, and how a resume of their callers goes on with them. */
export function callsSuite(create: (place?: CallsPlace) => Promise<TestEngine>): void {
  let test: TestEngine;
  afterEach(() => test.remove());

  const calling = workflowOf(node('call', 'sub', { page: 'Child' }), write('after'));
  const twoParts = { Child: page(write('inner'), write('rest')) };
  /** Fails as often as that, and then no more. */
  const breaks = (name: string, times = 1): void => {
    let left = times;
    test.world.on(name, () => {
      if (left-- > 0) throw fail('invalid', 'test.broken', 'broken');
      return name;
    });
  };
  const runsCalled = (run: string): string[] =>
    test.engine.list().flatMap((other) => (other.run === run ? [] : other.run));
  const resume = async (run: string): Promise<void> => {
    await test.engine.resume(run, { by: ADA });
    await test.work();
  };
  const done = (): string[] => test.world.ledger.map(({ name }) => name);

  describe('a called run', () => {
    it('goes on where it stopped whenever its caller is resumed: nothing in it is done twice [core.engine.resume]', async () => {
      test = await create();
      breaks('rest', 2);
      const { run } = await test.run(calling, {}, { pages: twoParts });
      await resume(run);
      expect(test.engine.state(run)).toMatchObject({ status: 'failed', failure: { code: 'test.broken' } });
      await resume(run);
      expect(test.engine.state(run).status).toBe('completed');
      expect(test.world.calls).toEqual(['inner', 'rest', 'rest', 'rest', 'after']);
      expect(test.engine.list()).toHaveLength(2);
      expect(test.engine.state(runsCalled(run)[0]!)).toMatchObject({ status: 'completed', epoch: 1 });
    });

    it('goes on so when its caller calls it through another one, also over a restart [core.engine.resume]', async () => {
      test = await create();
      breaks('rest');
      const pages = { Middle: page(write('middle'), node('call', 'sub', { page: 'Child' })), ...twoParts };
      const outer = workflowOf(node('call', 'sub', { page: 'Middle' }), write('after'));
      const { run } = await test.run(outer, {}, { pages });
      test = await test.restart();
      await resume(run);
      expect(test.engine.state(run).status).toBe('completed');
      expect(done()).toEqual(['middle', 'inner', 'rest', 'after']);
      expect(test.engine.list()).toHaveLength(3);
    });

    it('that was cancelled with its caller goes on with it [core.engine.resume]', async () => {
      test = await create();
      const pages = { Child: page(write('inner'), node('ask', 'go', { question: 'Go?' }), write('rest')) };
      const run = await test.engine.start({ definition: calling, inputs: {}, by: ADA, pages });
      await test.work();
      await test.engine.cancel(run, ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe('cancelled');
      await resume(run);
      const [called] = runsCalled(run);
      await test.engine.answer(called!, 'work/go', 'yes', ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
      expect(done()).toEqual(['inner', 'rest', 'after']);
    });

    it('that was resumed and ended by itself gives its output when its caller is resumed [core.engine.resume]', async () => {
      test = await create();
      breaks('rest');
      const { run } = await test.run(calling, {}, { pages: twoParts });
      await resume(runsCalled(run)[0]!);
      expect(test.engine.state(run).status).toBe('failed');
      await resume(run);
      expect(test.engine.state(run).status).toBe('completed');
      expect(test.world.calls).toEqual(['inner', 'rest', 'rest', 'after']);
    });

    it('begins anew where its call is to be repeated [core.engine.resume]', async () => {
      test = await create();
      test.world.verify('after', () => ({ is: 'not-done' }));
      const { run } = await test.run(calling, {}, { pages: twoParts });
      await test.engine.resume(run, { by: ADA, from: 'sub' });
      await test.work();
      expect(test.engine.state(run)).toMatchObject({ status: 'completed', epoch: 2 });
      expect(done()).toEqual(['inner', 'rest', 'after', 'inner', 'rest', 'after']);
      expect(test.engine.list()).toHaveLength(3);
    });

    it('gets no path that leads out of the configured roots [core.call.paths]', async () => {
      const paths: CallsPlace['paths'] = (definition, values) =>
        resolvePaths(definition, values, { from: '/', roots: ['/srv/projects'] });
      test = await create({ paths });
      const within: Definition = {
        ...page(step('where', 'act.read', { with: { name: 'where', value: '${{ inputs.where }}' } })),
        header: node('workflow', 'child', { inputs: { where: { type: 'path' } } }),
      };
      const call = (where: string): Definition =>
        workflowOf(
          step('found', 'act.read', { with: { name: 'found', value: where } }),
          node('call', 'sub', { page: 'Child', with: { where: '${{ steps.found.output }}' } }),
        );
      const pages = { Child: within };
      expect((await test.run(call('/srv/projects/../other'), {}, { pages })).failure?.code).toBe('input.outside');
      expect(await test.run(call('/srv/projects/./clock'), {}, { pages })).toMatchObject({
        status: 'completed',
        output: '/srv/projects/clock',
      });
    });
  });

  it('a resume that is interrupted at a commit goes on with the called run all the same, and does nothing twice [core.engine.resume]', async () => {
    const clean = async (crash?: Crash): Promise<number> => {
      test = await create();
      breaks('rest');
      const { run } = await test.run(calling, {}, { pages: twoParts });
      test = await test.restart(crash);
      void test.engine.resume(run, { by: ADA });
      await test.work();
      if (crash) {
        test = await test.restart();
        await test.work();
        // Where the resume itself was lost, whoever asked for it asks again.
        if (test.engine.state(run).status === 'failed') await resume(run);
      }
      expect(test.engine.state(run).status, JSON.stringify(crash)).toBe('completed');
      expect(done(), JSON.stringify(crash)).toEqual(['inner', 'rest', 'after']);
      expect(test.engine.list()).toHaveLength(2);
      return test.journal.writes;
    };
    const writes = await clean();
    for (const at of [1, 2].filter((each) => each <= writes)) {
      for (const when of ['before', 'after'] as const) {
        test.remove();
        await clean({ at, when });
      }
    }
  });
}
