import { expect } from 'vitest';
import type { Json } from '../../../../shared/json.ts';
import type { RunState } from '../../../../shared/run/state.ts';
import type { Definition, Node } from '../../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { createSigner, ownersOf, type Signer } from '../../../fakes/signer.ts';

export const ada = createSigner('Ada');

export const ben = createSigner('Ben');

export const by = { kind: 'person', name: 'Ada' } as const;

/** An engine on which Ada and Ben may sign; nothing is asked of them to start unless told otherwise. */
export const openToMoves = (policy = { trust: false, signToStart: false }): Promise<TestEngine> =>
  createTestEngine({ options: { owner: ownersOf(ada, ben), policy } });

export const act = (name: string, effect = 'read', value: Json = name): Node =>
  step(name, `act.${effect}`, { with: { name, value } });

export const gate = (id: string, signOff: Record<string, Json> = {}, ...checks: Node[]): Node =>
  node('gate', id, {}, ...checks, node('sign-off', `${id}_agrees`, signOff));

/** Has a run go on with an edited page, up to where it ends or waits. */
export async function move(test: TestEngine, run: string, edited: Definition): Promise<RunState> {
  await test.engine.move(run, { definition: await test.engine.propose(edited), by });
  await test.work(() => ['completed', 'failed', 'waiting', 'suspended'].includes(test.engine.state(run).status));
  return test.engine.state(run);
}

/** Signs at a gate that `gate` made, and works. */
export async function sign(test: TestEngine, run: string, id: string, signer: Signer = ada): Promise<RunState> {
  const subject = { run, node: `work/${id}`, signOff: `${id}_agrees` };
  const challenge = test.engine.challenge({ kind: 'sign-off', ...subject });
  await test.engine.sign(run, subject.node, subject.signOff, signer.sign(challenge));
  await test.work();
  return test.engine.state(run);
}

/** A run that stopped at its step `bad`, with all before it done. */
export async function failed(test: TestEngine, ...before: Node[]): Promise<string> {
  test.world.on('bad', () => {
    throw new Error('no');
  });
  const { run, status } = await test.run(workflowOf(...before, act('bad', 'write')));
  expect(status).toBe('failed');
  return run;
}
