import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../../daemon/config.ts';
import { openDaemon, type Daemon } from '../../../daemon/open.ts';
import { enrol } from '../../../daemon/people/enrol.ts';
import { unattendedSigner } from '../../../daemon/people/unattended.ts';
import { parseOutline, type Block } from '../../../shared/outline/index.ts';
import type { PageBlock, PageReading } from '../../../shared/protocol/calls/pages.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { parsePersonaText } from '../../../shared/workflow/persona.ts';
import { createPanelKey, openClient, type Client, type PanelKey } from '../../fakes/client.ts';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

const PIN = 'correct-horse';
const persona = (actions: string, more = ''): string =>
  `type:: persona\n\n- {{renderer :stagebook, persona}} Gardener\n  \`\`\`yaml\n  id: gardener\n  actions: [${actions}]\n  ${more}\n  \`\`\`\n`;
const WORK = pageOf(
  '- {{renderer :stagebook, step}} Note it\n  ```yaml\n  uses: memory.read\n  with: { key: a }\n  ```',
  '',
  'gardener',
);

let desk: Desk;
let daemon: Daemon;
let plugin: Client;
let panel: Client;
let key: PanelKey;
let who: { device: string; person: string };

beforeEach(async () => {
  desk = createDesk();
  const home = mkdtempSync(join(tmpdir(), 'stagebook-personas-'));
  daemon = await openDaemon(readConfig(home), { port: 0, environment: {} });
  const { port } = daemon.server!;
  enrol(daemon.people, daemon.keys, { name: 'Ada', pin: PIN });
  plugin = await openClient(port);
  plugin.hello({ kind: 'pairing', code: (await daemon.server!.desk.pair('plugin')).code, name: 'Logseq' });
  await plugin.welcomed();
  panel = await openClient(port, { origin: `http://127.0.0.1:${port}` });
  key = createPanelKey();
  const { code } = await daemon.server!.desk.pair('panel');
  panel.hello({ kind: 'enrolling', code, person: 'Ada', pin: PIN, publicKey: key.publicKey });
  who = (await panel.welcomed()).device!;
});
afterEach(async () => {
  for (const client of [plugin, panel]) await client.close();
  const { home } = daemon.config;
  await daemon.close();
  rmSync(home, { recursive: true, force: true });
  await desk.remove();
});

const sent = ({ content, children }: Block): PageBlock => ({ content, children: children.map(sent) });
const read = (page: string, text: string): Promise<PageReading | null> =>
  plugin.call('page.read', { graph: 'notes', page, blocks: parseOutline(text).blocks.map(sent) });
async function trust(definition: string): Promise<void> {
  const challenge = await panel.call('challenge', { subject: { kind: 'trust', definition } });
  await panel.call('trust', { definition, signature: key.sign(challenge, who) });
}
const errors = (reading: PageReading | null) => reading!.problems.map(({ code }) => code);

it('lets stages name a persona of the graph as soon as somebody trusts it, and as what was trusted [personas.own.trusted]', async () => {
  expect(errors(await read('Work', WORK))).toContain('persona.unknown');
  const asked = (await read('Gardener', persona('memory.*')))!;
  expect(asked).toMatchObject({ title: 'Gardener', trusted: false, nodes: [{ role: 'persona', path: 'gardener' }] });
  // What Logseq can do is ask a person.
  const hash = asked.definition!;
  await plugin.call('propose', { wish: { kind: 'trust', definition: hash } });
  await expect(plugin.call('propose', { wish: { kind: 'start', definition: hash, inputs: {} } })).rejects.toMatchObject(
    {
      code: 'definition.no_workflow',
    },
  );
  expect(await plugin.call('definition.read', { definition: hash })).toMatchObject({
    title: 'Gardener',
    trusted: false,
    persona: { actions: ['memory.*'], tools: [] },
    text: expect.stringContaining('memory.*') as string,
  });
  await trust(hash);
  expect((await read('Gardener', persona('memory.*')))!.trusted).toBe(true);
  const able = (await read('Work', WORK))!;
  expect(errors(able)).toEqual([]);
  expect(able.nodes.find(({ role }) => role === 'stage')!.persona).toMatchObject({ title: 'Gardener', id: 'gardener' });
  expect(await plugin.call('personas.list')).toContainEqual(expect.objectContaining({ id: 'gardener' }));

  // It works: the same daemon, not restarted. A run that waits is stopped by what is tightened meanwhile.
  await trust(able.definition!);
  const { definition } = parseWorkflowText(WORK);
  const by = { kind: 'person', name: 'Ada' } as const;
  const run = await daemon.engine.start({ definition: definition!, inputs: {}, by });
  expect((await daemon.engine.settled(run)).status).toBe('completed');

  // A page that says something else holds only when that is trusted, too; then the old one can come back.
  const other = (await read('Gardener', persona('page.*')))!;
  expect(other.trusted).toBe(false);
  expect(errors(await read('Work', WORK))).toEqual([]);
  expect(await plugin.call('definition.read', { definition: other.definition! })).toMatchObject({
    before: { hash, text: expect.stringContaining('memory.*') as string },
  });
  await trust(other.definition!);
  expect(errors(await read('Work', WORK))).toContain('persona.action');
  expect((await read('Gardener', persona('memory.*')))!.trusted).toBe(false);
  await trust(hash);
  expect(errors(await read('Work', WORK))).toEqual([]);
});

it('lets a persona of the graph take the place of a shipped one only when it was trusted [personas.own.replaces]', async () => {
  const mine = persona('memory.*').replace('id: gardener', 'id: backend');
  const reading = (await read('Backend', mine))!;
  expect(daemon.personas.shapes().get('backend')!.actions).toContain('git.push');
  expect(await plugin.call('definition.read', { definition: reading.definition! })).toMatchObject({
    before: { text: expect.stringContaining('git.push') as string },
  });
  await trust(reading.definition!);
  expect(daemon.personas.shapes().get('backend')).toEqual({ id: 'backend', actions: ['memory.*'], secrets: [] });
});

it('says on the block what is wrong with the page of a persona [personas.own.trusted]', async () => {
  const wrong = (await read('Gardener', persona('1')))!;
  expect(wrong.definition).toBeUndefined();
  expect(wrong.problems.map(({ message }) => message)).toEqual(['actions must be a list of texts.']);
});

it('knows what was trusted at the command line, too, and shows there what a persona may do [personas.own.trusted]', async () => {
  await desk.demo();
  const file = desk.write('gardener.md', persona('memory.*', 'secrets: [GARDEN_TOKEN]'));
  const work = desk.write('work.md', WORK);
  const asked = await desk.run('trust', file);
  expect(asked.out).toContain('memory.*');
  expect(asked.out).toContain('GARDEN_TOKEN');
  expect(asked.err).toContain('needs a person at a terminal');
  await trustAtDesk(file);
  expect((await desk.run('check', work)).out).toContain('no problems');
  expect((await desk.run('persona', 'list')).out).toMatch(/^gardener +1 patterns of actions/m);
  writeFileSync(file, persona('memory.*, git.*', 'secrets: [GARDEN_TOKEN]'));
  const changed = await desk.run('trust', file);
  expect(changed.out).toMatch(/takes the place of the persona gardener/);
  expect(changed.out).toMatch(/^\+ +- git\.\*$/m);
});

/** As `stagebook trust` does it, with the PIN of the person. */
async function trustAtDesk(file: string): Promise<void> {
  const here = await openDaemon(readConfig(desk.home));
  try {
    const { persona: shape, title } = parsePersonaText(readFileSync(file, 'utf8'));
    const hash = await here.personas.keep({ title, shape: shape! });
    const { person, pin } = unattendedSigner(desk.home)!;
    await here.engine.trust(
      hash,
      here.keys.sign(person, pin, here.engine.challenge({ kind: 'trust', definition: hash })),
    );
  } finally {
    await here.close();
  }
}
