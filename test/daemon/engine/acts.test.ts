import { afterEach, describe, expect, it } from 'vitest';
import { Acts } from '../../../daemon/engine/acts.ts';
import { withReason } from '../../../shared/signature.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;

describe('a step that acts while a person skips a part beside it', () => {
  const ada = createSigner('Ada');
  let test: TestEngine;
  afterEach(() => test.remove());

  /** A run with a question and a step that acts until `land`; the question is skipped meanwhile. */
  async function skippedBeside(effect: string) {
    test = await createTestEngine({ options: { owner: ownersOf(ada) } });
    let land = (): void => undefined;
    const landed = new Promise<void>((resolve) => (land = resolve));
    const signals: AbortSignal[] = [];
    test.world.on('slow', async ({ count, signal }) => {
      signals.push(signal);
      const aborted = new Promise<void>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      );
      await Promise.race([landed, aborted]);
      return `time ${count}`;
    });
    const slow = step('slow', `act.${effect}`, { with: { name: 'slow' } });
    const ask = node('ask', 'go', { question: 'Go on?', options: ['yes', 'no'] });
    const definition = workflowOf(node('parallel', 'both', {}, ask, slow));
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    const reason = 'not today';
    const challenge = test.engine.challenge({ kind: 'skip', run, node: 'work/both/go' });
    await test.engine.skip(run, 'work/both/go', ada.sign(withReason(challenge, reason)), reason);
    await test.settle();
    return { run, land, signals };
  }

  it.each(['write', 'irreversible', 'repeatable', 'read'])(
    'goes on and is done once, whatever its effect: %s [core.engine.going]',
    async (effect) => {
      const { run, land, signals } = await skippedBeside(effect);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
      land();
      await test.work();
      expect(test.engine.state(run)).toMatchObject({ status: 'completed' });
      expect(test.engine.state(run).nodes.get('work/both/slow')).toMatchObject({ output: 'time 1' });
      expect(test.world.calls).toEqual(['slow']);
    },
  );

  it('is still told to end when the run is cancelled then [core.engine.going]', async () => {
    const { run, signals } = await skippedBeside('repeatable');
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(test.engine.state(run).status).toBe('cancelled');
  });
});

describe('acts', () => {
  const never = new AbortController().signal;

  it('that were told to end are not taken over: what comes next is another one [core.engine.going]', async () => {
    const acts = new Acts();
    let end = (_value: string): void => undefined;
    const first = acts.take('a', never, () => new Promise<string>((resolve) => (end = resolve)));
    acts.stop(new Error('over'));
    expect(acts.isGoing('a')).toBe(false);
    const over = acts.ended('a');
    expect(await acts.take('a', never, () => Promise.resolve('second'))).toBe('second');
    end('first');
    await over;
    expect(await first).toBe('first');
  });
});
