import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { createRestateEngine } from '../../../fakes/restate-engine.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { requireRestate } from '../../../programs.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;

describe.runIf(requireRestate())('a run on Restate that comes to rest', () => {
  const restate = useRestate();
  let test: TestEngine;
  afterEach(() => test.remove());

  it('goes on with an answer that comes while Restate is told that nothing in it works [scale.engine.woken]', async () => {
    let run = '';
    let answered = false;
    test = await createRestateEngine(restate(), undefined, async (batch, stretch) => {
      if (!batch.idle || batch.events.length > 0 || answered) return;
      answered = true;
      while (run === '' || test.engine.requests(run).length === 0) await pause(5);
      await test.engine.answer(run, 'work/go', 'yes', ADA);
      while (!stretch.events.some(({ type }) => type === 'ask.answered')) await pause(5);
    });
    run = await test.engine.start({
      definition: workflowOf(
        node('ask', 'go', { question: 'Go on?', options: ['yes', 'no'] }),
        step('after', 'act.write', { with: { name: 'after' } }),
      ),
      inputs: {},
      by: ADA,
    });
    await expect.poll(() => test.engine.state(run).status, { timeout: 20_000 }).toBe('completed');
    expect(answered).toBe(true);
    expect(test.world.ledger.map(({ name }) => name)).toEqual(['after']);
  });
});
