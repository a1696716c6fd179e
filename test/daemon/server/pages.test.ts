import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageBlock, PageReading } from '../../../shared/protocol/calls/pages.ts';
import type { Client } from '../../fakes/client.ts';
import { createTestServer, type TestServer } from '../../fakes/server.ts';
import { trustAs } from '../../fakes/signed-calls.ts';

let here: TestServer;
let plugin: Client;
beforeEach(async () => {
  here = await createTestServer({ options: { policy: { trust: true, signToStart: true } } });
  plugin = await here.plugin();
});
afterEach(() => here.remove());

const yaml = (lines: string): string => `\n\`\`\`yaml\n${lines}\n\`\`\``;
const block = (uuid: string, content: string, ...children: PageBlock[]): PageBlock => ({ uuid, content, children });
const macro = (role: string, title: string, settings = ''): string =>
  `{{renderer :stagebook, ${role}}} ${title}${settings === '' ? '' : yaml(settings)}`;

const page = (name = 'send'): PageBlock[] => [
  block('u-head', macro('workflow', 'Send things', 'inputs: { to: { default: home } }')),
  block('u-prose', 'What this is for.'),
  block(
    'u-stage',
    macro('stage', 'Work', 'persona: tester'),
    block('u-look', macro('step', 'Look', 'uses: act.read\nwith: { name: look, value: "${{ inputs.to }}" }')),
    block(
      'u-gate',
      macro('gate', 'Fine'),
      block('u-check', macro('check', 'It was seen', "that: steps.look.output == 'look'")),
      block('u-sign', macro('sign-off', 'Is it fine')),
    ),
    block('u-send', macro('step', 'Send', `uses: act.irreversible\nwith: { name: ${name} }`)),
  ),
];
const read = (blocks: PageBlock[], name = 'Send things'): Promise<PageReading | null> =>
  plugin.call('page.read', { graph: '/graph', page: name, blocks });

describe('reading a page [ui.server.page]', () => {
  it('says of every block what it shows, by its uuid', async () => {
    const reading = await read(page());
    expect(reading).toMatchObject({
      title: 'Send things',
      trusted: false,
      writes: true,
      problems: [],
      runs: [],
      usual: {},
    });
    expect(reading?.inputs).toEqual({ to: { default: 'home' } });
    const persona = { id: 'tester', title: 'Tester', tools: 4 };
    expect(reading?.nodes.map(({ uuid, path, role }) => [uuid, path, role])).toEqual([
      ['u-head', 'send_things', 'workflow'],
      ['u-stage', 'work', 'stage'],
      ['u-look', 'work/look', 'step'],
      ['u-gate', 'work/fine', 'gate'],
      ['u-check', 'work/fine/it_was_seen', 'check'],
      ['u-sign', 'work/fine/is_it_fine', 'sign-off'],
      ['u-send', 'work/send', 'step'],
    ]);
    const of = (uuid: string) => reading?.nodes.find((node) => node.uuid === uuid);
    expect(of('u-look')).toMatchObject({ uses: 'act.read', effect: 'read', skippable: true, persona });
    expect(of('u-send')).toMatchObject({ uses: 'act.irreversible', effect: 'irreversible', skippable: false, persona });
    expect(of('u-gate')).toMatchObject({ skippable: false });
    expect(of('u-check')).toMatchObject({ that: "steps.look.output == 'look'" });
  });

  it('shows problems on their block, and the other nodes all the same', async () => {
    const blocks = page();
    blocks[2]!.children[2]!.content = macro('step', 'Send', 'uses: act.irreversable\nwith: { name: x }');
    const unknown = await read(blocks);
    expect(unknown?.definition).toBeUndefined();
    expect(unknown?.problems).toMatchObject([{ severity: 'error', uuid: 'u-send' }]);
    expect(unknown?.nodes).toHaveLength(7);
    blocks[2]!.children[0]!.content = macro('steep', 'Look');
    const broken = await read(blocks);
    expect(broken?.problems).toMatchObject([{ uuid: 'u-look' }]);
    expect(broken?.nodes.map(({ uuid }) => uuid)).toEqual(
      expect.arrayContaining(['u-head', 'u-stage', 'u-gate', 'u-send']),
    );
    const headless = await read(page().slice(2));
    expect(headless?.problems).toMatchObject([{ code: 'header.missing', uuid: 'u-stage' }]);
  });

  it('finds blocks by the id that they show, too', async () => {
    const id = '0199c1de-0000-7000-8000-000000000001';
    const blocks = page();
    blocks[2]!.children[0] = block('u-host', `${macro('step', 'Look')}\nid:: ${id}${yaml('uses: act.nothing')}`);
    expect((await read(blocks))?.problems).toContainEqual(expect.objectContaining({ uuid: 'u-host' }));
  });

  it('is null for any other page', async () => {
    expect(await read([])).toBeNull();
    expect(await read([block('u', 'Only prose, and `{{renderer :stagebook, step}}` in code')])).toBeNull();
    expect(await read([block('u', '{{renderer :todomaster}}')])).toBeNull();
    expect(await read([block('u', macro('claim', 'Tests pass', "that: '1 == 1'"))])).toBeNull();
  });

  it('knows trust, the runs of the page, and what its nodes usually took', async () => {
    const ada = await here.panel();
    const hash = (await read(page()))!.definition!;
    await trustAs(ada, hash);
    expect(await read(page())).toMatchObject({ definition: hash, trusted: true });
    const run = async (took: number): Promise<string> => {
      here.test.world.on('look', () => {
        here.clock.advanceTo(here.clock.now() + took);
        return 'look';
      });
      const challenge = await ada.call('challenge', { subject: { kind: 'start', definition: hash, inputs: {} } });
      const { definition, pages } = JSON.parse(here.test.journal.definition(hash)!) as Parameters<
        typeof here.test.engine.start
      >[0];
      const id = await here.test.engine.start({
        definition,
        pages: pages!,
        inputs: { to: 'home' },
        by: { kind: 'person', name: 'Ada' },
        graph: '/graph',
        page: 'send THINGS',
        signature: ada.key.sign(challenge, ada),
      });
      await here.test.work(() => here.test.engine.state(id).status === 'waiting');
      const subject = { kind: 'sign-off', run: id, node: 'work/fine', signOff: 'is_it_fine' } as const;
      const signature = ada.key.sign(await ada.call('challenge', { subject }), ada);
      await ada.call('sign', { run: id, node: 'work/fine', signOff: 'is_it_fine', signature });
      await here.test.work();
      expect(here.test.engine.state(id).status).toBe('completed');
      return id;
    };
    const runs: string[] = [];
    for (const took of [100, 300, 700]) runs.unshift(await run(took));
    const reading = await read(page());
    expect(reading?.runs.map((each) => each.run)).toEqual(runs);
    expect(reading?.usual['work/look']).toEqual({ median: 300, count: 3 });
    expect(reading?.usual['']).toEqual({ median: 300, count: 3 });
    expect(reading?.usual['work/send']).toEqual({ median: 0, count: 3 });
    expect(await plugin.call('runs.list', { search: `send #1` })).toMatchObject([{ run: runs[2] }]);
    expect(await plugin.call('runs.list', { graph: '/graph', page: 'Send things', limit: 2 })).toHaveLength(2);
    expect(await plugin.call('runs.list', { page: 'Another' })).toEqual([]);
  });

  it('keeps the last version of a page that is being written, and forgets those that nobody wanted', async () => {
    const hashes: string[] = [];
    for (const name of ['one', 'two', 'three']) hashes.push((await read(page(name)))!.definition!);
    expect(hashes.map((hash) => here.test.journal.definition(hash) !== undefined)).toEqual([false, false, true]);
    await plugin.call('propose', { wish: { kind: 'trust', definition: hashes[2]! } });
    await read(page('four'));
    expect(here.test.journal.definition(hashes[2]!)).toBeDefined();
    await expect(plugin.call('definition.read', { definition: hashes[0]! })).rejects.toMatchObject({
      code: 'definition.not_found',
    });
  });
});

describe('a definition [ui.server.definition]', () => {
  it('is told with all that it may do, and what it was when it was trusted last', async () => {
    const ada = await here.panel();
    const first = (await read(page()))!.definition!;
    const reading = await plugin.call('definition.read', { definition: first });
    expect(reading).toMatchObject({
      title: 'Send things',
      hash: first,
      trusted: false,
      personas: ['tester'],
      effects: [
        { path: 'work/send', title: 'Send', uses: 'act.irreversible', effect: 'irreversible', persona: 'tester' },
      ],
    });
    expect(reading.text).toContain('uses: act.irreversible');
    expect(reading.before).toBeUndefined();
    await trustAs(ada, first);
    const second = (await read(page('elsewhere')))!.definition!;
    const next = await plugin.call('definition.read', { definition: second });
    expect(next).toMatchObject({ trusted: false, before: { hash: first } });
    expect(next.text).toContain('elsewhere');
    expect(next.before?.text).toBe(reading.text);
    expect(await plugin.call('definition.read', { definition: first })).toMatchObject({
      trusted: true,
      trustedBy: { person: 'Ada' },
    });
  });
});

describe('shipped workflows [ui.server.page]', () => {
  it('can be listed and taken as blocks that read back as the same workflow', async () => {
    const listed = await plugin.call('workflows.list');
    const release = listed.find(({ name }) => name === 'package-release');
    expect(release).toMatchObject({ title: 'Package release', shipped: true });
    expect(release?.stages.length).toBeGreaterThan(2);
    expect(release?.description).toMatch(/^Takes a package/);
    const { title, blocks } = await plugin.call('workflows.page', { name: 'package-release' });
    expect(title).toBe('Package release');
    expect((await read(blocks, title))?.nodes[0]).toMatchObject({ role: 'workflow', title: 'Package release' });
    for (const name of ['../package', '/etc/passwd', 'personas/backend', 'nothing']) {
      await expect(plugin.call('workflows.page', { name }), name).rejects.toMatchObject({ code: 'page.not_found' });
    }
    expect(await plugin.call('personas.list')).toEqual([{ id: 'tester', title: 'Tester', tools: 4 }]);
  });
});

describe('a proposal [ui.server.proposals]', () => {
  it('waits for a person, who sees at once where it came from', async () => {
    const ada = await here.panel();
    const hash = (await read(page()))!.definition!;
    const wish = { kind: 'start', definition: hash, inputs: { to: 'x' } } as const;
    const made = await plugin.call('propose', { wish });
    expect(made.panel).toBe(`${here.origin}/panel/#/proposal/${made.proposal}`);
    await ada.until(() => ada.frames.some((frame) => 'changed' in frame && frame.changed === 'proposals'));
    expect(await ada.call('proposals')).toMatchObject([{ proposal: made.proposal, wish, from: 'Logseq' }]);
    expect((await plugin.call('propose', { wish })).proposal).toBe(made.proposal);
    const other = await plugin.call('propose', { wish: { ...wish, dryRun: true } });
    expect((await ada.call('proposals')).map(({ proposal }) => proposal)).toEqual([other.proposal, made.proposal]);
    await ada.call('proposal.dismiss', { proposal: made.proposal });
    await expect(ada.call('proposal.read', { proposal: made.proposal })).rejects.toMatchObject({
      code: 'proposal.not_found',
    });
    here.clock.advanceTo(here.clock.now() + 3_600_001);
    expect(await ada.call('proposals')).toEqual([]);
    expect(here.test.engine.list()).toEqual([]);
  });

  it('is about something that is there, and there are never more than a hundred', async () => {
    const ada = await here.panel();
    await expect(plugin.call('propose', { wish: { kind: 'trust', definition: 'none' } })).rejects.toMatchObject({
      code: 'definition.not_found',
    });
    await expect(plugin.call('propose', { wish: { kind: 'cancel', run: 'none' } })).rejects.toMatchObject({
      code: 'run.not_found',
    });
    const hash = (await read(page()))!.definition!;
    const inputs = { text: 'x'.repeat(70_000) };
    await expect(plugin.call('propose', { wish: { kind: 'start', definition: hash, inputs } })).rejects.toMatchObject({
      code: 'call.size',
    });
    for (let count = 0; count < 150; count += 1) {
      await plugin.call('propose', { wish: { kind: 'start', definition: hash, inputs: { count } } });
    }
    const all = await ada.call('proposals');
    expect(all).toHaveLength(100);
    expect(all[0]?.wish).toMatchObject({ inputs: { count: 149 } });
  });
});
