import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { portOf, readConfig } from '../../../daemon/config.ts';
import { openDaemon } from '../../../daemon/open.ts';
import { openClient, type Client } from '../../fakes/client.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stagebook-restart-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('tells everybody that the daemon ends; after its restart they go on where they were [ui.server.resume]', async () => {
  const first = await openDaemon(readConfig(home), { port: 0 });
  const { port } = first.server!;
  const { code } = await first.server!.desk.pair('plugin');
  const client = await openClient(port);
  client.hello({ kind: 'pairing', code, name: 'Logseq' });
  const { token } = await client.welcomed();
  await client.call('subscribe', { runs: 'all', after: 0 });
  const definition = workflowOf(step('look', 'memory.read', { with: { key: 'x' } }));
  const request = {
    definition: {
      ...definition,
      body: definition.body.map((stage) => ({ ...stage, settings: { persona: 'backend' } })),
    },
    inputs: {},
    by: { kind: 'person', name: 'Ada' } as const,
    dryRun: true,
  };
  const run = await first.engine.start(request);
  await first.engine.settled(run);
  await client.until(() => client.upTo === first.journal.head());
  const mute = await openClient(port);
  await first.close();
  for (const each of [client, mute])
    expect(await each.closed).toMatchObject({ code: 4410, refused: { code: 'closing' } });
  await expect(openClient(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

  const second = await openDaemon(readConfig(home), { port });
  const again: Client = await openClient(port);
  again.hello({ kind: 'plugin', token: token! });
  expect(await again.welcomed()).toMatchObject({ pos: client.upTo });
  await again.call('subscribe', { runs: 'all', after: client.upTo });
  const next = await second.engine.start(request);
  await second.engine.settled(next);
  await again.until(() => again.upTo === second.journal.head());
  expect([...client.events, ...again.events]).toEqual(second.journal.since(0, 1_000));
  await second.close();
});

it('takes a port and origins from the configuration, and no port that is none [ui.server.port]', () => {
  const written = (text: string) => {
    writeFileSync(join(home, 'config.yaml'), text);
    return readConfig(home);
  };
  expect(portOf(written(''), {})).toBe(7717);
  expect(portOf(written('port: 8123\norigins: ["http://localhost:3001"]'), {})).toBe(8123);
  expect(portOf(readConfig(home), { STAGEBOOK_PORT: '9000' })).toBe(9000);
  for (const text of [
    'port: 0',
    'port: 80',
    'port: 70000',
    'port: "7717"',
    'origins: [evil]',
    'origins: ["http://a/b"]',
  ]) {
    expect(() => written(text), text).toThrow('config.yaml cannot be used');
  }
});
