import { afterEach, expect, it } from 'vitest';
import type { RunState } from '../../../shared/run/state.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, stage, step } from '../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const careful: PersonaShape = {
  id: 'tester',
  actions: ['act.*'],
  secrets: [],
  requireApprovalFor: ['act.irreversible'],
};

let test: TestEngine | undefined;
afterEach(() => {
  test?.remove();
  test = undefined;
});

const publish = step('publish', 'act.irreversible', { with: { name: 'publish' } });
const agreed = node('gate', 'agreed', {}, node('sign-off', 'manager'));
const either = (...stages: Node[]): Definition => ({
  language: 1,
  header: node('workflow', 'test_workflow'),
  body: [node('when', 'ready', { if: 'true' }, ...stages)],
});

async function afterSigning(
  definition: Definition,
  gate: string,
): Promise<{ world: TestEngine['world']; state: RunState }> {
  const made = (test = await createTestEngine({
    options: { owner: ownersOf(ada), personas: () => new Map([['tester', careful]]) },
  }));
  const { run } = await made.run(definition);
  const challenge = made.engine.challenge({ kind: 'sign-off', run, node: gate, signOff: 'manager' });
  await made.engine.sign(run, gate, 'manager', ada.sign(challenge));
  await made.work();
  return { world: made.world, state: made.engine.state(run) };
}

it('a gate that was signed in one stage of a condition approves nothing in another stage there [personas.limits.refused]', async () => {
  const { state, world } = await afterSigning(
    either(stage('first', agreed), stage('second', publish)),
    'ready/first/agreed',
  );
  expect(state.failure).toMatchObject({ code: 'persona.refused' });
  expect(world.ledger).toEqual([]);
});

it('it approves what comes after it in its own stage, wherever that stands [personas.limits.refused]', async () => {
  const { state, world } = await afterSigning(either(stage('only', agreed, publish)), 'ready/only/agreed');
  expect(state.status).toBe('completed');
  expect(world.ledger.map(({ name }) => name)).toEqual(['publish']);
});
