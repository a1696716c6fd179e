import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../shared/json.ts';
import type { Definition } from '../../../../shared/workflow/definition.ts';
import type { TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { createRestateEngine } from '../../../fakes/restate-engine.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { requireRestate } from '../../../programs.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;

describe.runIf(requireRestate())('what runs on Restate share', () => {
  const restate = useRestate();
  let test: TestEngine;
  afterEach(() => test.remove());

  const start = (definition: Definition, more: object = {}): Promise<string> =>
    test.engine.start({ definition, inputs: {}, by: ADA, ...more });
  const withHeader = (settings: JsonObject, ...nodes: Parameters<typeof workflowOf>): Definition => {
    const definition = workflowOf(...nodes);
    return { ...definition, header: { ...definition.header, settings } };
  };

  it('a slot: who is too many waits in line and goes on when one has ended [scale.engine.shared]', async () => {
    test = await createRestateEngine(restate());
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    test.world.on('work', async ({ count }) => {
      if (count === 1) await opened;
      return count;
    });
    const definition = withHeader(
      { concurrency: { key: 'release', limit: 1, 'when-full': 'queue' } },
      step('do_it', 'act.read', { with: { name: 'work' } }),
    );
    const first = await start(definition);
    await test.settle();
    const second = await start(definition);
    await test.settle();
    expect(test.world.calls).toEqual(['work']);
    open();
    await test.work();
    expect([first, second].map((run) => test.engine.state(run).output)).toEqual([1, 2]);
  });

  it('a memory with a name: what one run remembers the next one finds, also after a restart [scale.engine.shared]', async () => {
    test = await createRestateEngine(restate());
    const remembering = step('keep', 'act.read', {
      with: { name: 'keep', value: 41 },
      remember: { answer: '${{ output }}' },
    });
    const finding = step('find', 'act.read', { with: { name: 'find', value: '${{ memory.answer }}' } });
    await start(withHeader({ memory: 'team' }, remembering));
    await test.work();
    test = await test.restart();
    const found = await start(withHeader({ memory: 'team' }, finding));
    await test.work();
    expect(test.engine.state(found)).toMatchObject({ status: 'completed', output: 41 });
  });

  it('a called workflow is a run of its own, whose end the calling one gets [scale.engine.shared]', async () => {
    test = await createRestateEngine(restate());
    const inside = workflowOf(step('inside', 'act.write', { with: { name: 'inside', value: 'done' } }));
    const child: Definition = { ...inside, header: node('workflow', 'child') };
    const calling = workflowOf(node('call', 'sub', { page: 'Child' }));
    const run = await start(calling, { pages: { Child: child } });
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: 'done' });
    expect(test.engine.list()).toHaveLength(2);
    expect(test.world.ledger.map(({ name }) => name)).toEqual(['inside']);
  });
});
