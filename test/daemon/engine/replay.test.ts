import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../shared/failure.ts';
import type { Json } from '../../../shared/json.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Node } from '../../../shared/workflow/definition.ts';
import type { Crash } from '../../fakes/crashing-journal.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { everyCrash } from '../../suites/containers.ts';

// What failed, or was stopped, is gone through again when a run comes back: after a crash, and after each long wait.

let test: TestEngine;
afterEach(() => test.remove());

const ADA = { kind: 'person', name: 'Ada' } as const;
const busy = () => fail('unavailable', 'test.busy', 'busy');
const read = (id: string) => step(id, 'act.read', { with: { name: id } });
const write = (id: string, ...parts: Node[]) => step(id, 'act.write', { with: { name: id } }, ...parts);
const backoff = { kind: 'constant', initial: '1h' };

describe('a part that failed', () => {
  it.each([
    ['parallel', node('parallel', 'box', {}, read('beside'), node('sequence', 'in', {}, read('before'), read('part')))],
    ['foreach', node('foreach', 'box', { in: '[1, 2]', as: 'item', limit: 2 }, read('part'))],
  ])(
    'of a %s has failed still when the pause before the next attempt is over [core.engine.memo]',
    async (_role, box) => {
      test = await createTestEngine();
      test.world.on('part', () => {
        throw busy();
      });
      const state = await test.run(workflowOf(node('retry', 'again', { attempts: 2, backoff }, box), write('after')));
      expect(state.failure?.code).toBe('test.busy');
      expect(test.world.ledger).toEqual([]);
      expect(state.nodes.get('work/again#2/box')?.status).toBe('failed');
    },
  );

  it('is not asked about again: what it was given may have changed since [core.engine.memo]', async () => {
    const actions = ['act.*'];
    test = await createTestEngine({
      options: { personas: () => new Map([['tester', { id: 'tester', actions, secrets: [] }]]) },
    });
    test.world.on('first', () => {
      throw busy();
    });
    const later = node('sequence', 'later', {}, node('wait', 'pause', { for: '1h' }), read('second'));
    const definition = workflowOf(node('fallback', 'either', {}, write('first'), later));
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    actions.splice(0, 1, 'act.read');
    await test.work();
    expect(test.engine.state(run).output).toEqual({ chosen: 'later', output: 'second' });
    expect(test.engine.state(run).refusals).toEqual([]);
  });
});

describe('a run with a part that fails', () => {
  const made = (id: string) => write(id, node('undo', 'undo', {}, write(`un${id}`)));
  // The pause lets what runs beside it end first: which of two is faster may differ after a crash, and decides what is stopped.
  const later = node('sequence', 'in', {}, node('wait', 'pause', { for: '1h' }), read('part'));
  it.each([
    ['parallel', node('parallel', 'box', {}, later, write('beside'))],
    ['foreach', node('foreach', 'box', { in: '[1, 2]', as: 'item', limit: 2 }, read('part'))],
    ['fallback', node('fallback', 'either', {}, node('parallel', 'box', {}, later, write('beside')), write('instead'))],
    ['saga', node('saga', 'box', {}, node('parallel', 'both', {}, made('made'), later))],
  ])('in a %s comes out the same wherever the process ends [core.kill.every-event]', async (_role, box) => {
    const definition = workflowOf(box, write('after'));
    const create = async (crash?: Crash) => {
      test = await createTestEngine(crash ? { crash } : {});
      test.world.on('part', () => {
        throw busy();
      });
      return test;
    };
    const begin = (): Promise<string> =>
      test.engine.start({ definition, inputs: {}, by: ADA, idempotencyKey: 'the run' });
    const outcome = (run: string): Json => [
      summary(test.engine.state(run)),
      test.world.ledger.map(({ name }) => name).toSorted(),
    ];
    await create();
    const run = await begin();
    await test.work();
    const clean = outcome(run);
    const { writes } = test.journal;
    for (const crash of everyCrash(writes)) {
      test.remove();
      await create(crash);
      void begin();
      await test.work();
      test = await test.restart();
      const again = await begin();
      await test.work();
      expect(outcome(again), `${crash.when} write ${crash.at}`).toEqual(clean);
    }
  });
});

function summary(state: RunState): Json {
  const nodes = [...state.nodes.values()].map(({ key, status }) => [key, status]);
  return {
    status: state.status,
    output: state.output ?? null,
    failure: state.failure?.code ?? null,
    nodes: Object.fromEntries(nodes) as Json,
  };
}
