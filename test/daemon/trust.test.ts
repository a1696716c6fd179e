import { afterEach, beforeEach, expect, it } from 'vitest';
import { actions as actionList } from '../../daemon/actions/index.ts';
import { reviewDefinition } from '../../daemon/trust.ts';
import { createTestEngine, type TestEngine } from '../fakes/engine.ts';
import { step, workflowOf } from '../fakes/outline.ts';
import { createSigner, ownersOf } from '../fakes/signer.ts';

const ada = createSigner('Ada');
const actions = new Map(actionList.map((action) => [action.name, action]));

let test: TestEngine;
beforeEach(async () => void (test = await createTestEngine({ options: { owner: ownersOf(ada) } })));
afterEach(() => test.remove());

const push = step('push', 'git.push', {
  with: { directory: '${{ inputs.directory }}', token: "${{ secret('GITHUB_TOKEN') }}" },
});
const look = step('look', 'git.status', { with: { directory: '/work' } });

it('shows what a definition may do: actions with their effects, secrets, personas [core.trust.shown]', async () => {
  const hash = await test.engine.propose(workflowOf(look, push, { ...push, id: 'push_2' }));
  const review = reviewDefinition(test.database, hash, actions);
  expect(review.trustedAt).toBeUndefined();
  expect(review.changes).toEqual([]);
  expect(review.secrets).toEqual(['GITHUB_TOKEN']);
  expect(review.personas).toEqual(['tester']);
  expect(review.actions).toMatchObject([
    { name: 'git.status', effect: 'read', count: 1 },
    { name: 'git.push', effect: 'write', count: 2 },
  ]);
});

it('shows an action that reads in one step and changes something in another as both [core.trust.shown]', async () => {
  const ask = step('ask', 'http.request', { with: { url: 'http://127.0.0.1:9/stock' } });
  const remove = step('remove', 'http.request', { with: { url: 'http://127.0.0.1:9/stock', method: 'DELETE' } });
  const hash = await test.engine.propose(workflowOf(ask, remove, { ...ask, id: 'ask_2' }));
  expect(reviewDefinition(test.database, hash, actions).actions).toMatchObject([
    { name: 'http.request', effect: 'read', count: 2 },
    { name: 'http.request', effect: 'write', count: 1 },
  ]);
});

it('shows what changed since the version that was trusted last [core.trust.shown]', async () => {
  const first = await test.engine.propose(workflowOf(look));
  const challenge = test.engine.challenge({ kind: 'trust', definition: first });
  await test.engine.trust(first, { ...ada.sign(challenge), at: 7_000 });
  const edited = { ...look, settings: { ...look.settings, with: { directory: '/elsewhere' } } };
  const second = await test.engine.propose(workflowOf(edited, push));
  const { changes, trustedAt } = reviewDefinition(test.database, second, actions);
  expect(trustedAt).toBe(7_000);
  expect(changes).toEqual([
    expect.stringMatching(/^~ work\/look: .*\/elsewhere.*was .*\/work/),
    expect.stringMatching(/^\+ work\/push: .*git\.push/),
  ]);
  const third = await test.engine.propose(workflowOf());
  expect(reviewDefinition(test.database, third, actions).changes).toContainEqual(
    expect.stringMatching(/^- work\/look/),
  );
});
