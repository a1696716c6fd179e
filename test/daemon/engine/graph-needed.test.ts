import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction, type Action } from '../../../daemon/actions/action.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

const write: Action = defineAction({
  name: 'act.write_page',
  summary: 'Writes a page.',
  effect: 'write',
  needsGraph: true,
  input: z.strictObject({}),
  output: z.object({ page: z.string() }),
  run: () => Promise.resolve({ page: 'Notes' }),
});

let test: TestEngine;
afterEach(() => test.remove());

it('is refused before anything is done, and a dry run or one with a graph is not [core.refuse.no-graph]', async () => {
  test = await createTestEngine({ options: { actions: new Map([[write.name, write]]) } });
  const definition = workflowOf(step('tell', 'act.write_page'));
  await expect(test.run(definition)).rejects.toMatchObject({ failure: { code: 'run.no_graph' } });
  expect(test.engine.list()).toEqual([]);
  expect((await test.run(definition, {}, { dryRun: true })).status).toBe('completed');
  expect((await test.run(definition, {}, { graph: 'notes' })).status).toBe('completed');
});
