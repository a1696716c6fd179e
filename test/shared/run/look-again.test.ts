import { afterEach, expect, it } from 'vitest';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { lookAgainFrom } from '../../../shared/run/look-again.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step } from '../../fakes/outline.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;
const inStage = (id: string, ...children: Definition['body']): Definition => ({
  language: 1,
  header: node('workflow', 'look_again'),
  body: [node('stage', id, { persona: 'tester' }, ...children)],
});
const look = step('look', 'act.read', { with: { name: 'look' } });
const gate = node('gate', 'good', {}, node('check', 'fine', { that: 'steps.look.output.fine' }));

let test: TestEngine;
afterEach(() => test.remove());

it('says from where a gate looks again whose checks did not hold: going on where it stopped would judge what is on record [core.gate.again]', async () => {
  test = await createTestEngine();
  let fine = false;
  test.world.on('look', () => ({ fine }));
  const { run } = await test.run(inStage('prepare', look, gate));
  const state = () => test.engine.state(run);
  expect(state().status).toBe('failed');
  fine = true;
  await test.engine.resume(run, { by: ADA });
  await test.work();
  expect([state().status, test.world.calls.length]).toEqual(['failed', 1]);
  expect(lookAgainFrom(state())).toBe('prepare');
  await test.engine.resume(run, { by: ADA, from: lookAgainFrom(state())! });
  await test.work();
  expect([state().status, test.world.calls.length]).toEqual(['completed', 2]);
  expect(lookAgainFrom(state())).toBeUndefined();
});

it('begins at what was judged where the stage has done what cannot be taken back [core.gate.again]', async () => {
  test = await createTestEngine();
  let fine = false;
  test.world.on('look', () => ({ fine }));
  const send = step('send', 'act.irreversible', { with: { name: 'send' } });
  const { run } = await test.run(
    inStage('publish', step('try', 'act.read', { with: { name: 'try' } }), send, look, gate),
  );
  const from = lookAgainFrom(test.engine.state(run));
  expect(from).toBe('look');
  fine = true;
  await test.engine.resume(run, { by: ADA, from: from! });
  await test.work();
  expect(test.engine.state(run).status).toBe('completed');
  expect(test.world.calls).toEqual(['try', 'send', 'look', 'look']);
});

it('says nothing of a step that failed, or a person who refused [core.gate.again]', async () => {
  test = await createTestEngine();
  test.world.on('look', () => {
    throw new Error('no');
  });
  const { run } = await test.run(inStage('prepare', look, gate));
  expect(test.engine.state(run).status).toBe('failed');
  expect(lookAgainFrom(test.engine.state(run))).toBeUndefined();
});

it('begins at the first step that was judged, where that is in a stage before the gate’s [core.gate.again]', async () => {
  test = await createTestEngine();
  test.world.on('made', () => ({ commit: 'a' }));
  test.world.on('look', () => ({ commit: 'b' }));
  const definition: Definition = {
    language: 1,
    header: node('workflow', 'look_again'),
    body: [
      node('stage', 'prepare', { persona: 'tester' }, step('made', 'act.read', { with: { name: 'made' } })),
      node(
        'stage',
        'validate',
        { persona: 'tester' },
        look,
        node(
          'gate',
          'same',
          {},
          node('check', 'it_is', { that: 'steps.look.output.commit == steps.made.output.commit' }),
        ),
      ),
    ],
  };
  const { run } = await test.run(definition);
  expect(lookAgainFrom(test.engine.state(run))).toBe('prepare');
});

it('says nothing of a gate that was rejected in a branch which the run went on without [core.gate.again]', async () => {
  test = await createTestEngine();
  test.world.on('look', () => ({ fine: false }));
  test.world.on('pay', () => {
    throw new Error('no money');
  });
  const branches = node('parallel', 'both', { 'on-failure': 'continue' }, node('sequence', 'one', {}, look, gate));
  const { run } = await test.run(inStage('prepare', branches, step('pay', 'act.read', { with: { name: 'pay' } })));
  const state = test.engine.state(run);
  expect([state.status, state.failure?.message]).toEqual(['failed', expect.stringContaining('no money')]);
  expect(lookAgainFrom(state)).toBeUndefined();
});
