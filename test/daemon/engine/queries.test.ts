import { afterEach, expect, it } from 'vitest';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
afterEach(() => test.remove());

it('finds the runs of a page, the newest first, also after a restart [ui.runs.page]', async () => {
  test = await createTestEngine();
  const definition = workflowOf(step('one', 'act.read', { with: { name: 'one' } }));
  const start = async (page?: string): Promise<string> => {
    const state = await test.run(definition, {}, { graph: 'notes', ...(page === undefined ? {} : { page }) });
    test.clock.advanceTo(test.clock.now() + 1_000);
    return state.run;
  };
  const first = await start('Deploy');
  await start('Other');
  await start();
  const last = await start('Deploy');
  expect(test.engine.state(first).page).toBe('Deploy');

  test = await test.restart();
  const found = test.engine.list({ graph: 'notes', page: 'deploy' });
  expect(found.map(({ run, page }) => [run, page])).toEqual([
    [last, 'Deploy'],
    [first, 'Deploy'],
  ]);
  expect(test.engine.list({ graph: 'elsewhere', page: 'Deploy' })).toEqual([]);
  expect(test.engine.list({ page: 'Deploy', before: found[0]!.startedAt }).map(({ run }) => run)).toEqual([first]);
});
