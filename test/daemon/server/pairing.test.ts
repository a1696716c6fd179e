import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrol } from '../../../daemon/people/enrol.ts';
import { createPanelKey, isPrompt } from '../../fakes/client.ts';
import { createTestServer, PIN, type TestServer } from '../../fakes/server.ts';

let here: TestServer;
beforeEach(async () => {
  here = await createTestServer();
});
afterEach(() => here.remove());

const pairWith = async (code: string) => {
  const client = await here.open();
  client.hello({ kind: 'pairing', code, name: 'Logseq' });
  return client;
};
const refusedPairing = async (code: string): Promise<void> => {
  expect(await (await pairWith(code)).closed).toMatchObject({ code: 4402, refused: { code: 'code' } });
};

describe('a pairing code', () => {
  it('lets one plugin in, however it is typed [ui.server.pairing]', async () => {
    const { code } = await here.server.desk.pair('plugin');
    const client = await pairWith(` ${code.toLowerCase().replace('-', ' ')} `);
    expect(await client.welcomed()).toMatchObject({ right: 'propose', token: expect.any(String) as string });
    expect(here.means.plugins.list()).toMatchObject([{ name: 'Logseq' }]);
  });

  it('works once [ui.server.pairing]', async () => {
    const { code } = await here.server.desk.pair('plugin');
    await (await pairWith(code)).welcomed();
    await refusedPairing(code);
    expect(here.means.plugins.list()).toHaveLength(1);
  });

  it('works for a minute [ui.server.pairing]', async () => {
    const { code, until } = await here.server.desk.pair('plugin');
    expect(until).toBe(here.clock.now() + 60_000);
    here.clock.advanceTo(until);
    await refusedPairing(code);
  });

  it('is gone after five wrong tries, also for whoever has it [ui.server.pairing]', async () => {
    const { code } = await here.server.desk.pair('plugin');
    for (const wrong of ['AAAA-AAAA', '', 'x'.repeat(50), `${code}A`, code.slice(0, -1)]) await refusedPairing(wrong);
    await refusedPairing(code);
    expect(here.means.plugins.list()).toEqual([]);
  });

  it('of a plugin enrols no panel, and none pairs when none was made [ui.server.pairing]', async () => {
    await refusedPairing('AAAA-AAAA');
    enrol(here.means.people, here.means.keys, { name: 'Ada', pin: PIN });
    const { code } = await here.server.desk.pair('plugin');
    const client = await here.open({ origin: here.origin });
    client.hello({ kind: 'enrolling', code, person: 'Ada', pin: PIN, publicKey: createPanelKey().publicKey });
    expect(await client.closed).toMatchObject({ code: 4402 });
    const panel = await here.server.desk.pair('panel');
    await refusedPairing(panel.code);
  });
});

describe('a token', () => {
  it('lets its plugin in again [ui.server.token]', async () => {
    const { token } = await here.plugin();
    const client = await here.open();
    client.hello({ kind: 'plugin', token });
    expect(await client.welcomed()).toMatchObject({ right: 'propose' });
    expect((await client.welcomed()).token).toBeUndefined();
  });

  it('that is missing, wrong, cut, another’s or revoked lets nobody in [ui.server.token]', async () => {
    const { token } = await here.plugin();
    const other = await here.plugin('Other');
    const [first, second] = [token, other.token].map((each) => each.split('.'));
    const wrong = ['', '.', token.slice(0, -1), `${token}A`, first![0]!, `${first![0]}.`, `.${first![1]}`];
    for (const said of [...wrong, `${first![0]}.${second![1]}`, `${second![0]}.${first![1]}`]) {
      const client = await here.open();
      client.hello({ kind: 'plugin', token: said });
      expect(await client.closed, said).toMatchObject({ code: 4401, refused: { code: 'token' } });
    }
  });

  it('is kept as a hash only [ui.server.token]', async () => {
    const { token } = await here.plugin();
    const secret = token.split('.')[1]!;
    here.test.database.pragma('wal_checkpoint(TRUNCATE)');
    expect(readFileSync(here.test.database.name).includes(secret)).toBe(false);
  });

  it('that is revoked closes its connections at once, and no others [ui.server.revoke]', async () => {
    const { token, ...plugin } = await here.plugin();
    const again = await here.open();
    again.hello({ kind: 'plugin', token });
    await again.welcomed();
    const other = await here.plugin('Other');
    const { plugin: id } = here.means.plugins.list().find(({ name }) => name === 'Logseq')!;
    await here.server.desk.revoke(id);
    expect(await plugin.closed).toMatchObject({ code: 4401, refused: { code: 'token' } });
    expect(await again.closed).toMatchObject({ code: 4401 });
    const late = await here.open();
    late.hello({ kind: 'plugin', token });
    expect(await late.closed).toMatchObject({ code: 4401 });
    await expect(other.call('status')).resolves.toBeDefined();
    const listed = here.means.plugins.list().map(({ name, revokedAt }) => [name, revokedAt] as const);
    expect(Object.fromEntries(listed)).toEqual({ Logseq: here.clock.now(), Other: undefined });
  });

  it('that another process revoked ends its connection at the next call [ui.server.revoke]', async () => {
    const plugin = await here.plugin();
    here.means.plugins.revoke(here.means.plugins.list()[0]!.plugin);
    await expect(plugin.call('status')).rejects.toThrow('closed with 4401');
    expect(await plugin.closed).toMatchObject({ code: 4401 });
  });
});

describe('a signing device', () => {
  const enrolling = async (person: string, pin: string, publicKey = createPanelKey().publicKey, given?: string) => {
    const code = given ?? (await here.server.desk.pair('panel')).code;
    const client = await here.open({ origin: here.origin });
    client.hello({ kind: 'enrolling', code, person, pin, publicKey });
    return client;
  };

  it('is enrolled with a code, a person and their PIN, and comes back by its key [ui.server.enrol]', async () => {
    const panel = await here.panel('Ada');
    expect(
      here.means.people
        .find('Ada')
        ?.devices.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['panel', 'terminal']);
    const again = await here.again(panel);
    expect(await again.welcomed()).toMatchObject({ right: 'sign', device: { person: 'Ada', device: panel.device } });
  });

  it('is not enrolled with a wrong PIN: five tries, then a pause, over codes and connections [ui.server.enrol]', async () => {
    enrol(here.means.people, here.means.keys, { name: 'Ada', pin: PIN });
    for (let tries = 0; tries < 5; tries += 1) {
      const client = await enrolling('Ada', 'wrong-pin');
      expect(await client.closed).toMatchObject({ code: 4404, refused: { code: 'proof' } });
    }
    const right = await (await enrolling('Ada', PIN)).closed;
    expect(right).toMatchObject({ code: 4404, refused: { message: expect.stringContaining('Too many') as string } });
    expect(here.means.people.find('Ada')?.devices).toHaveLength(1);
  });

  it('is not enrolled without a code, and without one no PIN can be tried [ui.server.enrol]', async () => {
    enrol(here.means.people, here.means.keys, { name: 'Ada', pin: PIN });
    for (let tries = 0; tries < 8; tries += 1) {
      expect(await (await enrolling('Ada', 'wrong-pin', undefined, 'AAAA-AAAA')).closed).toMatchObject({ code: 4402 });
    }
    await (await enrolling('Ada', PIN)).welcomed();
  });

  it('is not enrolled for nobody, nor with a key that is none [ui.server.enrol]', async () => {
    enrol(here.means.people, here.means.keys, { name: 'Ada', pin: PIN });
    expect(await (await enrolling('Eve', PIN)).closed).toMatchObject({ code: 4404 });
    for (const key of ['', 'AAAA', createPanelKey().publicKey.slice(0, 40)]) {
      expect(await (await enrolling('Ada', PIN, key)).closed, key).toMatchObject({ code: 4404 });
    }
  });

  it('comes from the panel’s own origin only, whatever else it knows [ui.server.enrol]', async () => {
    const panel = await here.panel('Ada');
    const { code } = await here.server.desk.pair('panel');
    for (const origin of ['lsp://logseq.io', 'null', 'file://']) {
      const client = await here.open({ origin });
      client.hello({ kind: 'enrolling', code, person: 'Ada', pin: PIN, publicKey: createPanelKey().publicKey });
      expect(await client.closed, origin).toMatchObject({ code: 4403 });
      const device = await here.open({ origin });
      device.hello({ kind: 'device', device: panel.device });
      expect(await device.closed, origin).toMatchObject({ code: 4403 });
    }
  });

  it('proves its key over a nonce of this connection: no replay, no other key, no agreement [ui.server.proof]', async () => {
    const panel = await here.panel('Ada');
    const seen: string[] = [];
    const prompted = async () => {
      const client = await here.open({ origin: here.origin });
      client.hello({ kind: 'device', device: panel.device });
      const { nonce } = (await client.frame(isPrompt)).prove;
      expect(seen).not.toContain(nonce);
      seen.push(nonce);
      return { client, nonce };
    };
    const good = await prompted();
    const proof = panel.key.prove(good.nonce);
    good.client.send({ proof: { signature: proof } });
    await good.client.welcomed();
    const attempts: ((nonce: string) => unknown)[] = [
      () => ({ proof: { signature: proof } }),
      (nonce) => ({ proof: { signature: createPanelKey().prove(nonce) } }),
      (nonce) => ({ proof: { signature: panel.key.sign({ nonce, digest: '' }, panel).signature } }),
      () => ({ proof: { signature: '' } }),
      () => ({ id: 1, call: 'status' }),
      () => ({ hello: { protocol: 1, version: '1', as: { kind: 'device', device: panel.device } } }),
    ];
    for (const attempt of attempts) {
      const { client, nonce } = await prompted();
      client.send(attempt(nonce));
      expect(await client.closed).toMatchObject({ code: 4404, refused: { code: 'proof' } });
    }
  });

  it('that is unknown, revoked, or revoked while it proves is not let in [ui.server.revoke]', async () => {
    const panel = await here.panel('Ada');
    const unknown = await here.open({ origin: here.origin });
    unknown.hello({ kind: 'device', device: 'nobody' });
    expect(await unknown.closed).toMatchObject({ code: 4401 });
    const proving = await here.open({ origin: here.origin });
    proving.hello({ kind: 'device', device: panel.device });
    const { nonce } = (await proving.frame(isPrompt)).prove;
    await here.server.desk.revoke(panel.device);
    expect(await panel.closed).toMatchObject({ code: 4401 });
    proving.send({ proof: { signature: panel.key.prove(nonce) } });
    expect(await proving.closed).toMatchObject({ code: 4401 });
    const late = await here.open({ origin: here.origin });
    late.hello({ kind: 'device', device: panel.device });
    expect(await late.closed).toMatchObject({ code: 4401 });
  });

  it('revokes itself and plugins, but not other people’s, and never the last key of all [ui.server.revoke]', async () => {
    const ada = await here.panel('Ada');
    const bob = await here.panel('Bob');
    const plugin = await here.plugin();
    await expect(ada.call('devices.revoke', { device: bob.device })).rejects.toMatchObject({ code: 'device.foreign' });
    const [listed] = await ada.call('plugins');
    await ada.call('devices.revoke', { device: listed!.device });
    expect(await plugin.closed).toMatchObject({ code: 4401 });
    await ada.call('devices.revoke', { device: ada.device });
    expect(await ada.closed).toMatchObject({ code: 4401 });
    const terminalOf = (name: string) =>
      here.means.people.find(name)!.devices.find(({ kind }) => kind === 'terminal')!.device;
    await here.server.desk.revoke(terminalOf('Ada'));
    await expect(here.server.desk.revoke(terminalOf('Bob'))).rejects.toMatchObject({ code: 'device.last' });
  });
});

describe('versions', () => {
  it.each([
    [0, 'update the plugin'],
    [2, 'update the daemon'],
    [99, 'update the daemon'],
  ])('says which side to update when the other speaks %i [ui.server.version]', async (protocol, remedy) => {
    const client = await here.open();
    client.send({ hello: { protocol, version: '9.9.9', as: { kind: 'hologram' }, more: true } });
    const { code, refused } = await client.closed;
    expect(code).toBe(4426);
    expect(refused?.message).toContain(remedy);
    expect(refused?.message).toContain('9.9.9');
  });
});
