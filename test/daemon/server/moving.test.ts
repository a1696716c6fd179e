import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import type { Client } from '../../fakes/client.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createTestServer, type Panel, type TestServer } from '../../fakes/server.ts';
import { startAs, trustAs } from '../../fakes/signed-calls.ts';

let here: TestServer;
let ada: Client & Panel;
beforeEach(async () => {
  here = await createTestServer({ options: { policy: { trust: true, signToStart: true } } });
  ada = await here.panel('Ada');
});
afterEach(() => here.remove());

const page = (value: string): Definition =>
  workflowOf(node('gate', 'gate', {}, node('sign-off', 'fine')), step('send', 'act.write', { with: { name: value } }));

async function trusted(definition: Definition): Promise<string> {
  const hash = await here.test.engine.propose(definition);
  await trustAs(ada, hash);
  return hash;
}

it('is proposed by a plugin, and done by a person who signs what it changes, on their own device [core.move.trust] [core.move.page]', async () => {
  const first = await trusted(page('before'));
  const run = await startAs(ada, first);
  await here.test.work(() => here.test.engine.state(run).status === 'waiting');

  const definition = await here.test.engine.propose(page('after'));
  const plugin = await here.plugin();
  await expect(plugin.call('move', { run, definition })).rejects.toMatchObject({ code: 'call.right' });
  const wish = { kind: 'move', run, definition } as const;
  await expect(plugin.call('propose', { wish: { ...wish, run: 'nobody' } })).rejects.toMatchObject({
    code: 'run.not_found',
  });
  await expect(plugin.call('propose', { wish: { ...wish, definition: 'none' } })).rejects.toMatchObject({
    code: 'definition.not_found',
  });
  const { proposal } = await plugin.call('propose', { wish });
  expect(await ada.call('proposal.read', { proposal })).toMatchObject({ wish });

  await expect(ada.call('move', { run, definition })).rejects.toMatchObject({ code: 'run.untrusted' });
  await trusted(page('after'));
  await expect(ada.call('move', { run, definition })).rejects.toMatchObject({ code: 'run.unsigned' });
  const subject = { kind: 'move', run, definition } as const;
  const challenge = await ada.call('challenge', { subject });
  expect(challenge.shown).toMatchObject({ changes: { added: [], removed: [], changed: ['work/send'] }, from: first });
  const signature = ada.key.sign(challenge, ada);
  const bob = await here.panel('Bob');
  await expect(bob.call('move', { run, definition, signature })).rejects.toMatchObject({
    code: 'signature.foreign_device',
  });
  await ada.call('move', { run, definition, signature });
  // Once: the nonce is gone, and it is the page of the run now.
  await expect(ada.call('move', { run, definition, signature })).rejects.toMatchObject({ code: 'move.same' });
  await here.test.work(() => here.test.engine.state(run).status === 'waiting');
  expect(await ada.call('run.definition', { run })).toMatchObject({ hash: definition });
  expect(here.test.engine.state(run).moved).toMatchObject({ by: { name: 'Ada', id: ada.device }, from: first });
  expect((await verifyRun(here.test.database, run)).problems).toEqual([]);
});
