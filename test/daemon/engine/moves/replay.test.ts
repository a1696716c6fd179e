import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { fold } from '../../../../shared/run/fold/fold.ts';
import type { RunState } from '../../../../shared/run/state.ts';
import type { Definition, Node } from '../../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { ownersOf } from '../../../fakes/signer.ts';
import { act, ada, ben, by, gate, openToMoves, sign } from './moved.ts';

let test: TestEngine;
afterEach(() => test.remove());

it('is there whole or not at all wherever the process ends, and goes on after it [core.move.replay]', async () => {
  const page = (...after: Node[]): Definition => workflowOf(act('one', 'write'), gate('ready'), ...after);
  const edited = page(act('good', 'write'), act('last', 'write'));
  for (const at of [1, 2, 3, 4, 5, 6, 8, 10]) {
    for (const when of ['before', 'after'] as const) {
      test = await openToMoves();
      const { run } = await test.run(page(act('bad', 'write')));
      const definition = await test.engine.propose(edited);
      test = await test.restart({ at, when });
      await test.settle();
      void test.engine.move(run, { definition, by });
      await test.work();
      test = await test.restart();
      await test.work();
      if (test.engine.state(run).definition !== definition) await test.engine.move(run, { definition, by });
      await test.work();
      expect(test.engine.events(run).filter(({ type }) => type === 'run.moved')).toHaveLength(1);
      expect((await sign(test, run, 'ready')).status).toBe('completed');
      expect(test.world.ledger.map(({ name }) => name)).toEqual(['one', 'good', 'last']);
      test.remove();
    }
  }
});

describe('a move followed by replay', () => {
  it('gives the state it had before the restart, and nothing that completed is done twice [core.move.replay]', async () => {
    let gone = 0;
    const kinds = fc.constantFrom('ok', 'fail', 'gate', 'ask', 'group', 'each', 'tries');
    // Few enough of those by which what completed is gone: such a page is refused.
    const edits = fc.constantFrom('none', 'none', 'none', 'title', 'title', 'insert', 'insert', 'settings', 'drop');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(kinds, edits), { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        async (parts, signed) => {
          const own = await createTestEngine({ options: { owner: ownersOf(ada, ben) } });
          test = own;
          const remove = (): void => test.remove();
          try {
            let stumbled = false;
            test.world.on('fail', ({ value }) => {
              if (stumbled) return value;
              stumbled = true;
              throw new Error('once');
            });
            const made = (kind: string, n: number, value: string): Node => {
              const one = step(`n${n}`, 'act.write', { with: { name: kind === 'fail' ? 'fail' : `n${n}`, value } });
              if (kind === 'gate')
                return node('gate', `n${n}`, {}, node('sign-off', `s${n}`, value === 'x' ? {} : { people: 2 }));
              if (kind === 'ask') return node('ask', `n${n}`, { question: value });
              if (kind === 'group') return node('sequence', `g${n}`, {}, one);
              if (kind === 'each') return node('foreach', `g${n}`, { in: '[1, 2]', as: 'it' }, one);
              if (kind === 'tries') return node('retry', `g${n}`, { attempts: 2 }, one);
              return one;
            };
            const before = parts.map(([kind], n) => made(kind, n, 'x'));
            const after = parts.flatMap(([kind, edit], n): Node[] => {
              if (edit === 'drop') return [];
              const now = made(kind, n, edit === 'settings' ? 'y' : 'x');
              if (edit === 'insert') return [step(`new${n}`, 'act.write', { with: { name: `new${n}` } }), now];
              return [edit === 'title' ? { ...now, title: `Edited ${n}` } : now];
            });
            // Only a run that stopped can be moved.
            const { run } = await test.run(workflowOf(...before, gate('stop'), act('end')));
            const answerAll = async (): Promise<void> => {
              for (const request of test.engine.requests(run)) {
                if (request.kind === 'ask') await test.engine.answer(run, request.node, 'yes', by);
                else {
                  const { node: at, signOff } = request;
                  const challenge = test.engine.challenge({ kind: 'sign-off', run, node: at, signOff });
                  const signer = test.engine.state(run).nodes.get(at)?.gate?.signatures.length ? ben : ada;
                  await test.engine.sign(run, at, signOff, signer.sign(challenge));
                }
              }
              await test.work();
            };
            for (let n = 0; n < signed; n += 1) await answerAll();
            const doneBefore = completed(test.engine.state(run));
            const definition = await test.engine.propose(workflowOf(...after, gate('stop'), act('end')));
            const moved = await test.engine.move(run, { definition, by }).then(
              () => true,
              () => false,
            );
            await test.work();
            const state = test.engine.state(run);
            expect(state).toEqual(fold(test.journal.events(run)));
            const row = test.journal.run(run)!;
            expect({ status: row.status, epoch: row.epoch, definition: row.definition, title: row.title }).toEqual({
              status: state.status,
              epoch: state.epoch,
              definition: state.definition,
              title: state.title,
            });
            expect(
              test.journal
                .waiting(run)
                .map(({ node: key }) => key)
                .sort(),
            ).toEqual([...state.waiting].sort());
            const calls = [...test.world.calls];
            const seen = structuredClone(state);
            test = await test.restart();
            await test.work();
            expect(test.engine.state(run)).toEqual(seen);
            expect(test.world.calls).toEqual(calls);
            if (!moved) return;
            gone += 1;
            for (let n = 0; n < 20 && test.engine.state(run).status === 'waiting'; n += 1) await answerAll();
            if (test.engine.state(run).status === 'failed') {
              await test.engine.resume(run, { by });
              await test.work();
              for (let n = 0; n < 20 && test.engine.state(run).status === 'waiting'; n += 1) await answerAll();
            }
            const end = test.engine.state(run);
            expect({ status: end.status, failure: end.failure }).toEqual({ status: 'completed', failure: undefined });
            // Each completed write is in the counterpart's books once for each of its executions.
            for (const [key, name] of doneBefore) {
              const times = test.world.ledger.filter((entry) => entry.name === name).length;
              expect({ key, times }).toEqual({
                key,
                times: [...doneBefore.values()].filter((other) => other === name).length,
              });
            }
          } finally {
            remove();
          }
        },
      ),
      { numRuns: 25 },
    );
    // Not all of them were refused.
    expect(gone).toBeGreaterThan(1);
  });
});

/** The writes that completed: the name of each in the books by its key. */
function completed(state: RunState): Map<string, string> {
  const done = [...state.nodes.values()].filter(
    ({ status, step: did }) => status === 'completed' && did?.effect === 'write',
  );
  return new Map(done.map(({ key, step: did }) => [key, (did!.with as { name: string }).name]));
}
