import { afterEach, expect, it } from 'vitest';
import { fail } from '../../../shared/failure.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
afterEach(() => test.remove());

it('runs steps in order and gives the last output', async () => {
  test = await createTestEngine();
  const state = await test.run(
    workflowOf(
      step('one', 'act.read', { with: { name: 'one', value: 1 } }),
      step('two', 'act.write', { with: { name: 'two', value: '${{ steps.one.output + 1.0 }}' } }),
    ),
  );
  expect(state.status).toBe('completed');
  expect(state.output).toBe(2);
  expect(test.world.calls).toEqual(['one', 'two']);
});

it('retries what can be retried, with a pause that the clock sees', async () => {
  test = await createTestEngine();
  const start = test.clock.now();
  test.world.on('flaky', ({ count }) => {
    if (count < 3) throw fail('unavailable', 'test.busy', 'busy');
    return count;
  });
  const state = await test.run(
    workflowOf(
      node(
        'retry',
        'again',
        { attempts: 3, backoff: { kind: 'constant', initial: '5s' } },
        step('flaky', 'act.read', { with: { name: 'flaky' } }),
      ),
    ),
  );
  expect(state.status).toBe('completed');
  expect(test.world.calls).toEqual(['flaky', 'flaky', 'flaky']);
  expect(test.clock.now() - start).toBe(10_000);
});
