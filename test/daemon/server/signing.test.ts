import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import { withReason } from '../../../shared/signature.ts';
import type { Signature } from '../../../shared/run/event.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { createPanelKey, type Client } from '../../fakes/client.ts';
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

const write = step('send', 'act.write', { with: { name: 'send' } });
const gate = (...signOffs: ReturnType<typeof node>[]) => node('gate', 'gate', {}, ...signOffs);
const definition = workflowOf(gate(node('sign-off', 'fine'), node('sign-off', 'really')), write);
const signOff = (run: string, id = 'fine', key = 'work/gate') =>
  ({ kind: 'sign-off', run, node: key, signOff: id }) as const;

async function trusted(given: Definition = definition, by: Client & Panel = ada): Promise<string> {
  const hash = await here.test.engine.propose(given);
  await trustAs(by, hash);
  return hash;
}

async function started(by: Client & Panel = ada, given: Definition = definition): Promise<string> {
  const run = await startAs(by, await trusted(given, by));
  await here.test.work(() => here.test.engine.state(run).status === 'waiting');
  return run;
}

const gateOf = (run: string) => here.test.engine.state(run).nodes.get('work/gate')!.gate!;

describe('trust [ui.server.trust]', () => {
  it('is asked for before anything starts, and bound to exactly this content', async () => {
    const hash = await here.test.engine.propose(definition);
    await expect(ada.call('start', { definition: hash, inputs: {} })).rejects.toMatchObject({ code: 'run.untrusted' });
    await trusted();
    const changed = workflowOf(step('send', 'act.write', { with: { name: 'send elsewhere' } }));
    const other = await here.test.engine.propose(changed);
    await expect(ada.call('start', { definition: other, inputs: {} })).rejects.toMatchObject({ code: 'run.untrusted' });
    const challenge = await ada.call('challenge', { subject: { kind: 'trust', definition: hash } });
    await expect(
      ada.call('trust', { definition: other, signature: ada.key.sign(challenge, ada) }),
    ).rejects.toMatchObject({ code: 'signature.foreign' });
    expect(here.test.world.ledger).toEqual([]);
  });

  it('is told to everybody who shows it', async () => {
    const plugin = await here.plugin();
    await trusted();
    await plugin.until(() => plugin.frames.some((frame) => 'changed' in frame && frame.changed === 'trust'));
    expect(plugin.frames.some((frame) => 'changed' in frame && frame.changed !== 'trust')).toBe(false);
  });
});

describe('a start [ui.server.start]', () => {
  it('that changes things takes a signature, once in 8 hours of a workflow and a device', async () => {
    const hash = await trusted();
    const bob = await here.panel('Bob');
    await expect(ada.call('start', { definition: hash, inputs: {} })).rejects.toMatchObject({ code: 'run.unsigned' });
    const challenge = await ada.call('challenge', { subject: { kind: 'start', definition: hash, inputs: {} } });
    const { run } = await ada.call('start', { definition: hash, inputs: {}, signature: ada.key.sign(challenge, ada) });
    const second = await ada.call('start', { definition: hash, inputs: {} });
    expect(here.test.engine.state(second.run).by).toMatchObject({ kind: 'person', name: 'Ada', id: ada.device });
    expect(second.run).not.toBe(run);
    await expect(bob.call('start', { definition: hash, inputs: {} })).rejects.toMatchObject({ code: 'run.unsigned' });
    const again = await here.again(ada);
    await again.call('start', { definition: hash, inputs: {} });
    here.clock.advanceTo(here.clock.now() + 8 * 3_600_000);
    await expect(again.call('start', { definition: hash, inputs: {} })).rejects.toMatchObject({ code: 'run.unsigned' });
  });

  it('takes inputs as declared, and signs them as they will be used', async () => {
    const inputs = { level: { enum: ['patch', 'minor'], default: 'minor' }, count: { type: 'number' } };
    const { header, ...rest } = workflowOf(write);
    const hash = await trusted({ ...rest, header: { ...header, settings: { inputs } } });
    const challenge = (given: Record<string, string>) =>
      ada.call('challenge', { subject: { kind: 'start', definition: hash, inputs: given } });
    await expect(challenge({})).rejects.toMatchObject({ code: 'input.missing' });
    await expect(challenge({ count: 'many' })).rejects.toMatchObject({ code: 'input.type' });
    await expect(challenge({ count: '1', more: 'x' })).rejects.toMatchObject({ code: 'input.unknown' });
    const shown = await challenge({ count: '3' });
    expect(shown.shown.inputs).toEqual({ level: 'minor', count: 3 });
    const signature = ada.key.sign(shown, ada);
    await expect(ada.call('start', { definition: hash, inputs: { count: '4' }, signature })).rejects.toMatchObject({
      code: 'signature.foreign',
    });
    const fresh = ada.key.sign(await challenge({ count: '3' }), ada);
    const { run } = await ada.call('start', { definition: hash, inputs: { count: '3' }, signature: fresh });
    expect(here.test.engine.state(run).inputs).toEqual({ level: 'minor', count: 3 });
  });

  it('needs none when it only reads, or is a dry run', async () => {
    const hash = await trusted(workflowOf(step('look', 'act.read', { with: { name: 'look' } })));
    await ada.call('start', { definition: hash, inputs: {} });
    const writing = await here.test.engine.propose(definition);
    await ada.call('start', { definition: writing, inputs: {}, dryRun: true });
    await expect(ada.call('start', { definition: hash, inputs: {}, graph: '/etc' })).rejects.toMatchObject({
      code: 'graph.not_found',
    });
  });
});

describe('a sign-off', () => {
  it('opens its gate, is kept, and can be verified later [ui.server.sign]', async () => {
    const run = await started();
    for (const id of ['fine', 'really']) {
      const challenge = await ada.call('challenge', { subject: signOff(run, id) });
      expect(challenge.shown).toMatchObject({ gate: 'gate', effects: [{ title: 'send', effect: 'write' }] });
      await ada.call('sign', { run, node: 'work/gate', signOff: id, signature: ada.key.sign(challenge, ada) });
    }
    await here.test.work();
    expect(here.test.engine.state(run).status).toBe('completed');
    const verified = await verifyRun(here.test.database, run);
    expect(verified.problems).toEqual([]);
    expect(verified.signatures.map(({ person, holds }) => [person, holds])).toEqual([
      ['Ada', true],
      ['Ada', true],
      ['Ada', true],
    ]);
    expect(await ada.call('run.verify', { run })).toMatchObject({ holds: true, signatures: 3 });
  });

  it('that is refused rejects the gate [ui.server.sign]', async () => {
    const run = await started();
    const challenge = await ada.call('challenge', { subject: { ...signOff(run), kind: 'reject' } });
    const signature = ada.key.sign(withReason(challenge, 'no'), ada);
    await ada.call('reject', { run, node: 'work/gate', signOff: 'fine', signature, reason: 'no' });
    await here.test.work();
    expect(here.test.engine.state(run).status).toBe('failed');
  });

  const attacks: Record<string, { code: string; forge(run: string): Promise<[Client, Signature, string?]> }> = {
    'a replayed nonce': {
      code: 'signature.replayed',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: signOff(run) });
        const signature = ada.key.sign(challenge, ada);
        await ada.call('sign', { run, node: 'work/gate', signOff: 'fine', signature });
        return [ada, signature, 'really'];
      },
    },
    'a nonce that the daemon never gave': {
      code: 'signature.replayed',
      async forge(run) {
        const { digest } = await ada.call('challenge', { subject: signOff(run) });
        return [ada, ada.key.sign({ nonce: 'of-my-own', digest }, ada)];
      },
    },
    'an old nonce': {
      code: 'signature.replayed',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: signOff(run) });
        here.clock.advanceTo(here.clock.now() + 601_000);
        return [ada, ada.key.sign(challenge, ada)];
      },
    },
    'a nonce of another sign-off': {
      code: 'signature.foreign',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: signOff(run, 'really') });
        return [ada, ada.key.sign(challenge, ada)];
      },
    },
    'a nonce of another run': {
      code: 'signature.foreign',
      async forge() {
        const challenge = await ada.call('challenge', { subject: signOff(await started()) });
        return [ada, ada.key.sign(challenge, ada)];
      },
    },
    'an agreement for a refusal': {
      code: 'signature.foreign',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: { ...signOff(run), kind: 'reject' } });
        return [ada, ada.key.sign(challenge, ada)];
      },
    },
    'another digest': {
      code: 'signature.foreign',
      async forge(run) {
        const { nonce } = await ada.call('challenge', { subject: signOff(run) });
        return [ada, ada.key.sign({ nonce, digest: 'f'.repeat(64) }, ada)];
      },
    },
    'bytes that the key did not make': {
      code: 'signature.invalid',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: signOff(run) });
        const signature = createPanelKey().sign(challenge, ada);
        return [ada, { ...signature, publicKey: ada.key.publicKey }];
      },
    },
    'the proof of a connection': {
      code: 'signature.invalid',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: signOff(run) });
        return [ada, { ...ada.key.sign(challenge, ada), signature: ada.key.prove(challenge.nonce) }];
      },
    },
    'a key of one’s own': {
      code: 'signature.foreign_device',
      async forge(run) {
        const challenge = await ada.call('challenge', { subject: signOff(run) });
        return [ada, createPanelKey().sign(challenge, ada)];
      },
    },
    'another person’s name': {
      code: 'signature.foreign_device',
      async forge(run) {
        const bob = await here.panel('Bob');
        const challenge = await bob.call('challenge', { subject: signOff(run) });
        return [bob, bob.key.sign(challenge, { device: bob.device, person: 'Ada' })];
      },
    },
    'another person’s signature': {
      code: 'signature.foreign_device',
      async forge(run) {
        const bob = await here.panel('Bob');
        const challenge = await ada.call('challenge', { subject: signOff(run) });
        return [bob, ada.key.sign(challenge, ada)];
      },
    },
    'an unlocked device, as for a start': {
      code: 'signature.replayed',
      forge: () => {
        const { person, device, key } = ada;
        const { publicKey } = key;
        return Promise.resolve([ada, { person, device, publicKey, nonce: '', digest: '', signature: '', at: 0 }]);
      },
    },
  };

  it.each(Object.entries(attacks))('is not given by %s [ui.server.signatures]', async (_what, { code, forge }) => {
    const run = await started();
    const [client, signature, id = 'fine'] = await forge(run);
    const before = gateOf(run).signatures.length;
    await expect(client.call('sign', { run, node: 'work/gate', signOff: id, signature })).rejects.toMatchObject({
      code,
    });
    expect(gateOf(run).signatures).toHaveLength(before);
    expect(here.test.engine.state(run).status).toBe('waiting');
    expect(here.test.world.ledger).toEqual([]);
  });

  it('is not given by a device that was revoked after it was shown, in whatever connection [ui.server.signatures]', async () => {
    const run = await started();
    const second = await here.again(ada);
    const challenge = await second.call('challenge', { subject: signOff(run) });
    // Another process writes it into the books: no connection is told.
    here.means.people.revoke(ada.device);
    const signature = second.key.sign(challenge, second);
    await expect(second.call('sign', { run, node: 'work/gate', signOff: 'fine', signature })).rejects.toThrow(
      'closed with 4401',
    );
    expect(gateOf(run).signatures).toEqual([]);
  });

  it('is not given by a plugin, nor asked for by one [ui.server.signatures]', async () => {
    const run = await started();
    const plugin = await here.plugin();
    await expect(plugin.call('challenge', { subject: signOff(run) })).rejects.toMatchObject({ code: 'call.right' });
    const challenge = await ada.call('challenge', { subject: signOff(run) });
    const signature = ada.key.sign(challenge, ada);
    await expect(plugin.call('sign', { run, node: 'work/gate', signOff: 'fine', signature })).rejects.toMatchObject({
      code: 'call.right',
    });
    expect(gateOf(run).signatures).toEqual([]);
  });

  it('counts persons, not devices or connections [ui.server.signatures]', async () => {
    const two = workflowOf(gate(node('sign-off', 'fine', { people: 2 })), write);
    const run = await started(ada, two);
    const sign = async (by: Client & Panel): Promise<void> => {
      const challenge = await by.call('challenge', { subject: signOff(run) });
      await by.call('sign', { run, node: 'work/gate', signOff: 'fine', signature: by.key.sign(challenge, by) });
    };
    await sign(ada);
    const second = await here.panel('Ada');
    expect(second.device).not.toBe(ada.device);
    await expect(sign(second)).rejects.toMatchObject({ code: 'signature.counted' });
    await sign(await here.panel('Bob'));
    await here.test.work();
    expect(here.test.engine.state(run).status).toBe('completed');
  });

  it('is stale when what was shown has changed [ui.server.signatures]', async () => {
    const waiting = await started();
    const challenge = await ada.call('challenge', { subject: signOff(waiting) });
    // What follows it is another thing now: as if the action had been updated.
    here.test.actions.get('act.write')!.effect = 'irreversible';
    const signature = ada.key.sign(challenge, ada);
    await expect(
      ada.call('sign', { run: waiting, node: 'work/gate', signOff: 'fine', signature }),
    ).rejects.toMatchObject({ code: 'signature.stale' });
  });
});

describe('what needs no signature', () => {
  it('is done in the name of the device’s person [ui.server.sign]', async () => {
    const run = await started(
      ada,
      workflowOf(node('ask', 'which', { question: 'Which?', options: ['left', 'right'] }), write),
    );
    const bob = await here.panel('Bob');
    await expect(bob.call('answer', { run, node: 'work/which', answer: 'up' })).rejects.toMatchObject({
      code: 'answer.option',
    });
    await bob.call('answer', { run, node: 'work/which', answer: 'left' });
    await here.test.work();
    expect(here.test.engine.state(run).nodes.get('work/which')!.ask).toMatchObject({
      answer: 'left',
      by: { kind: 'person', name: 'Bob', id: bob.device },
    });
    const other = await started();
    await bob.call('cancel', { run: other, reason: 'enough' });
    await here.test.work();
    expect(here.test.engine.state(other).status).toBe('cancelled');
    await ada.call('resume', { run: other });
    await here.test.work(() => here.test.engine.state(other).status === 'waiting');
  });

  it('is not skipping: that is signed, with a reason [ui.server.sign]', async () => {
    const run = await started(ada, workflowOf(node('ask', 'which', { question: 'Which?' }), write));
    const subject = { kind: 'skip', run, node: 'work/which' } as const;
    const signature = ada.key.sign(withReason(await ada.call('challenge', { subject }), 'nobody knows'), ada);
    await expect(ada.call('skip', { run, node: 'work/which', signature, reason: '' })).rejects.toMatchObject({
      code: 'call.parameters',
    });
    await ada.call('skip', { run, node: 'work/which', signature, reason: 'nobody knows' });
    await here.test.work();
    expect(here.test.engine.state(run)).toMatchObject({ status: 'completed' });
  });
});
