import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openClient } from '../../fakes/client.ts';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeEach(() => {
  desk = createDesk();
});
afterEach(() => desk.remove());

it('makes a code with the daemon that is up, lists who is connected, and takes rights back at once [ui.server.commands]', async () => {
  const off = await desk.run('pair');
  expect(off.code).toBe(2);
  expect(off.err).toMatch(/error server\.off: .*stagebook up/);
  const up = desk.start('up');
  await up.says('No run is active');
  const { code, panel } = JSON.parse((await desk.run('pair', '--json')).out) as { code: string; panel: string };
  const client = await openClient(Number(new URL(panel).port));
  client.hello({ kind: 'pairing', code, name: 'Logseq on the desk' });
  const { token } = await client.welcomed();
  const listed = await desk.run('devices', '--json');
  expect(listed.out).not.toContain(token);
  const [plugin] = JSON.parse(listed.out) as { device: string; kind: string; owner: string }[];
  expect(plugin).toMatchObject({ kind: 'plugin', owner: 'Logseq on the desk' });
  expect((await desk.run('devices')).out).toContain('Logseq on the desk, since');
  expect(await desk.run('devices', 'revoke', plugin!.device)).toMatchObject({ code: 0 });
  expect(await client.closed).toMatchObject({ code: 4401, refused: { code: 'token' } });
  expect((await desk.run('devices')).out).toContain('revoked');
  up.child.kill('SIGINT');
  expect(await up.ended).toMatchObject({ code: 0 });
});

it('revokes no signing device without somebody’s PIN at a terminal [ui.server.commands]', async () => {
  await desk.demo();
  const [device] = JSON.parse((await desk.run('devices', '--json')).out) as { device: string }[];
  const { code, err } = await desk.run('devices', 'revoke', device!.device);
  expect(code).toBe(2);
  expect(err).toContain('sign.no_terminal');
});

it('is not up where something else has its port, and says how to go on [ui.server.port]', async () => {
  const first = createDesk();
  try {
    const up = first.start('up');
    await up.says('No run is active');
    const { panel } = JSON.parse((await first.run('pair', '--json')).out) as { panel: string };
    const { port } = new URL(panel);
    vi.stubEnv('STAGEBOOK_PORT', port);
    const second = await desk.run('up');
    expect(second.code).toBe(2);
    expect(second.err).toMatch(/error server\.port_taken: .*config\.yaml/);
    for (const none of ['-1', 'http', '70000']) {
      vi.stubEnv('STAGEBOOK_PORT', none);
      expect((await desk.run('up')).err, none).toMatch(/error config\.invalid: STAGEBOOK_PORT/);
    }
    up.child.kill('SIGINT');
    await up.ended;
  } finally {
    vi.unstubAllEnvs();
    await first.remove();
  }
});
