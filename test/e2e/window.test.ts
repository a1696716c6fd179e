import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Daemon } from '../../daemon/open.ts';
import { MODEL } from '../../plugin/blocks/draw.ts';
import { parseOutline, walkBlocks } from '../../shared/outline/index.ts';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { pair, useDaemons } from './daemons.ts';
import type { Host, HostOptions } from './host/driver.ts';
import { useHosts } from './host/hosts.ts';

const NOTES = '- first block\n- ## Deploy\n\t- Prepare\n\t\t- 1. Tell everybody\n\t\t- TODO The backup is fresh\n';

const PLANTS = `- {{renderer :stagebook, workflow}} Water the plants
- {{renderer :stagebook, stage}} All of them
  \`\`\`yaml
  persona: tester
  \`\`\`
\t- {{renderer :stagebook, ask}} Is the can full
`;

const RELEASE = readFileSync(new URL('../../workflows/package-release.md', import.meta.url), 'utf8');
const RELEASE_BLOCKS = [...walkBlocks(parseOutline(RELEASE).blocks)].length;

const KINDS = [
  { graph: 'file', host: 'new', theme: 'light' },
  { graph: 'file', host: 'old', theme: 'dark' },
  { graph: 'db', host: 'new', theme: 'dark' },
] as const;

describe.runIf(requireProgram('chromium'))('the window and the commands', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client');
  const daemons = useDaemons();
  let daemon: Daemon;

  /** A Logseq with the plugin, and a daemon that lets it in. */
  async function start(options: HostOptions, paired = true) {
    const host = await open({
      plugins: [built.source],
      pages: { Notes: NOTES },
      open: 'Notes',
      // The panel may not be built here; the daemon says so with a status.
      strict: false,
      ...options,
    });
    daemon = await daemons.open(host);
    const server = daemon.server!;
    if (paired) await pair(host, server);
    const code = async () => (await server.desk.pair('plugin')).code;
    return { host, code, panel: server.panel, ui: host.plugin('stagebook') };
  }
  const shown = (host: Host) => host.page.locator('#stagebook_lsp_main.visible').count();
  const toggle = (host: Host) => host.page.keyboard.press('Control+Alt+s');
  const focused = (host: Host) => host.plugin('stagebook').locator(':focus').first();

  it.each(KINDS)('pairs by a code, shows the panel, and goes [ui.window.pair] ($graph, $host)', async (kind) => {
    const { host, ui, code, panel } = await start(kind, false);
    await toggle(host);
    await expect.poll(() => focused(host).getAttribute('id')).toBe('code');
    expect(await ui.locator('html').getAttribute('data-theme')).toBe(kind.theme);
    await ui.getByLabel('Code').fill('AAAA-AAAA');
    await ui.getByRole('button', { name: 'Connect' }).click();
    await ui.getByText('This code is wrong or too old').waitFor();
    await ui.getByLabel('Code').fill(await code());
    await ui.getByLabel('Code').press('Enter');
    await ui.locator('iframe.panel').waitFor();
    expect(await ui.locator('iframe.panel').getAttribute('src')).toBe(`${panel}?theme=${kind.theme}#/`);
    // Another page of the graph changes nothing about it.
    await host.goTo('Notes');
    expect(await shown(host)).toBe(1);
    await ui.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => shown(host)).toBe(0);
    await toggle(host);
    await expect.poll(() => shown(host)).toBe(1);
    // The frame that was loaded is still the same.
    expect(await ui.locator('iframe.panel').count()).toBe(1);
    await host.setTheme(kind.theme === 'dark' ? 'light' : 'dark');
    await expect.poll(() => ui.locator('html').getAttribute('data-theme')).not.toBe(kind.theme);
  });

  it.each(['file', 'db'] as const)(
    'gives Logseq its keys back when it goes while the focus is in the panel [ui.window.keys] (%s)',
    async (graph) => {
      const { host, ui } = await start({ graph });
      for (let turn = 0; turn < 2; turn += 1) {
        await toggle(host);
        await ui.locator('iframe.panel').waitFor();
        await ui.evaluate('document.querySelector("iframe.panel").focus()');
        await expect.poll(() => ui.evaluate('document.activeElement.className')).toBe('panel');
        // As the panel asks for it when Escape is pressed in it: nothing of Logseq's page is clicked.
        await host.openLink('logseq://x-callback-url/invokeCommand?action=plugin.stagebook.models.stagebookPanel');
        await expect.poll(() => shown(host)).toBe(0);
        await expect.poll(() => host.page.evaluate('document.activeElement.tagName')).toBe('BODY');
      }
      await host.palette('Stagebook: show or hide the panel');
      await expect.poll(() => shown(host)).toBe(1);
    },
  );

  it.each(['file', 'db'] as const)(
    'says the names of pages that a workflow names, also where Logseq keeps them as ids [ui.blocks.names] (%s)',
    async (graph) => {
      const Plants = PLANTS.replace('full', 'full, [[Notes]], #Notes and [[Team/Ada]]');
      const { host } = await start({ graph, pages: { Notes: NOTES, 'Team/Ada': '- hello\n', Plants }, open: 'Plants' });
      await expect
        .poll(() => host.block('Water the plants').innerText())
        .toContain('Is the can full, [[Notes]], #Notes and [[Team/Ada]]:');
    },
  );

  it('takes whatever links and other plugins give to its functions, and does nothing with it [ui.window.links]', async () => {
    const { host } = await start({ pages: { Notes: NOTES, Plants: PLANTS }, open: 'Plants' });
    const [uuid] = await host.uuids('Plants');
    const link = 'logseq://x-callback-url/invokeCommand?action=plugin.stagebook.models';
    const odd = [null, 7, {}, { dataset: null }, { dataset: { u: uuid, a: 7, n: {} }, value: {} }];
    for (const name of Object.values(MODEL)) {
      await host.openLink(`${link}.${name}&payload=x`);
      for (const given of odd) await host.call('invoke_external_plugin_cmd', 'stagebook', 'models', name, [given]);
    }
    expect(host.errors.filter((error) => error.includes('Error:'))).toEqual([]);
    await toggle(host);
    await expect.poll(() => shown(host)).toBe(1);
  });

  it('stands beside the page, not over what the page shows on its right edge [ui.window.beside]', async () => {
    const { host, ui } = await start({ pages: { Notes: NOTES }, viewport: { width: 1440, height: 900 } });
    const edge = () => host.block('first block').evaluate((block) => block.getBoundingClientRect().right);
    const before = await edge();
    // Logseq's list of what is in the toolbar has it under its own name.
    await host.page.getByTitle('Stagebook', { exact: true }).first().waitFor();
    expect(await host.page.getByTitle('panel', { exact: true }).count()).toBe(0);
    // By a key on the button in the toolbar.
    await host.page.locator('.sb-toolbar').focus();
    await host.page.keyboard.press('Enter');
    await expect.poll(() => shown(host)).toBe(1);
    const left = await host.page
      .locator('#stagebook_lsp_main')
      .evaluate((window) => window.getBoundingClientRect().left);
    await expect.poll(edge).toBeLessThanOrEqual(left);
    await ui.getByRole('button', { name: 'Close' }).click();
    await expect.poll(edge).toBe(before);
  });

  it.each(KINDS)(
    'makes a release, asks for its inputs, and proposes it [ui.commands.release] ($graph, $host)',
    async (kind) => {
      const { host, ui, panel } = await start(kind);
      await host.edit('first block');
      await host.slash('Release');
      await ui.getByRole('heading', { name: 'Package release' }).waitFor();
      await expect.poll(() => focused(host).getAttribute('id')).toBe('input-0');
      const [first] = await host.uuids('Package release');
      expect(await host.blockText(first!)).toContain('{{renderer :stagebook, workflow}} Package release');
      expect(await host.uuids('Package release')).toHaveLength(RELEASE_BLOCKS);
      await ui.getByRole('button', { name: 'Start…' }).click();
      await ui.getByText('This is needed.').waitFor();
      expect(await focused(host).getAttribute('aria-invalid')).toBe('true');
      await ui.getByLabel('Package folder').fill('/tmp');
      await ui.getByLabel('GitHub repository').fill('ada/clock');
      await ui.getByLabel('GitHub repository').press('Enter');
      const frame = ui.locator('iframe.panel');
      await frame.waitFor();
      const address = await frame.getAttribute('src');
      expect(address).toMatch(/#\/proposal\/[\w-]+$/);
      // Nobody has started anything.
      expect(daemon.engine.list()).toEqual([]);
      await ui.getByRole('button', { name: 'Open in browser' }).first().click();
      await expect.poll(async () => (await host.stats()).opened[0]).toMatch(new RegExp(`^${panel}.*#/proposal/`));
      // What was typed to get here is no part of the page.
      await host.goTo('Notes');
      expect(await host.markdown('Notes')).toContain('first block');
      expect(await host.markdown('Notes')).not.toContain('/Release');
    },
  );

  it('opens a page that is there instead of changing it [ui.commands.keep]', async () => {
    const { host, ui } = await start({ pages: { Notes: NOTES, 'Package release': '- mine\n' } });
    await host.edit('first block');
    await host.slash('Release');
    await host.page.getByText('is no workflow').waitFor();
    expect(await host.markdown('Package release')).toBe('- mine\n');
    expect(await ui.locator('form').count()).toBe(0);
  });

  it.each(KINDS)(
    'reviews the graph, writes its page and opens it, and nothing else [review.page.slash] ($graph, $host)',
    async (kind) => {
      const { host } = await start({
        ...kind,
        pages: { Notes: NOTES, Runbook: '- call [[Nobdy]]\n', Nobody: '- it is me\n' },
      });
      const before = await host.markdown('Runbook');
      await host.edit('first block');
      await host.slash('Review');
      const day = new Date().toISOString().slice(0, 10);
      await expect
        // In a database graph it is a page under a page.
        .poll(() => host.markdown(kind.graph === 'db' ? day : `Review/${day}`), { timeout: 20_000 })
        .toContain('There is no page “Nobdy”');
      await host.page
        .getByText(/needs? a hand|could use a hand/)
        .first()
        .waitFor();
      expect(await host.markdown('Runbook')).toBe(before);
      expect(await host.markdown('Notes')).not.toContain('/Review');
    },
    60_000,
  );

  it.each(KINDS)('offers the workflows of the graph, too [ui.commands.own] ($graph, $host)', async (kind) => {
    const mine = '- {{renderer :stagebook, workflow}} Water the plants\n';
    const { host, ui } = await start({ ...kind, pages: { Notes: NOTES, 'Water the plants': mine } });
    await host.palette('Stagebook: workflows');
    await ui.getByRole('combobox').fill('water');
    await expect.poll(() => ui.locator('[aria-selected=true] .label').textContent()).toBe('Water the plants');
    await ui.getByRole('combobox').press('Enter');
    await host.page.locator('h1.title', { hasText: 'Water the plants' }).waitFor();
  });

  it.each(KINDS)('chooses by keyboard, and turns an outline [ui.commands.choose] ($graph, $host)', async (kind) => {
    const { host, ui } = await start(kind);
    const before = await host.uuids('Notes');
    await host.blockMenu('Deploy', 'Stagebook: workflows');
    const field = ui.getByRole('combobox');
    const selected = () => ui.locator('[aria-selected=true] .label').textContent();
    await expect.poll(selected).toBe('Turn “Deploy” into a workflow');
    await field.press('ArrowDown');
    await expect.poll(selected).toBe('Bug fix');
    await field.press('ArrowUp');
    await field.fill('nothing like it');
    await ui.getByText('Nothing is called so.').waitFor();
    await field.press('Escape');
    await expect.poll(() => shown(host)).toBe(0);
    await host.blockMenu('Deploy', 'Stagebook: workflows');
    await field.fill('turn');
    await field.press('Enter');
    await host.page.locator('h1.title', { hasText: 'Deploy' }).waitFor();
    const texts = await Promise.all((await host.uuids('Deploy')).map((uuid) => host.blockText(uuid)));
    expect(texts.map((text) => text?.split('\n')[0]?.replace(/^#+ /, ''))).toEqual([
      '{{renderer :stagebook, workflow}} Deploy',
      '{{renderer :stagebook, stage}} Prepare',
      '{{renderer :stagebook, ask}} Tell everybody',
      '{{renderer :stagebook, gate}} Before going on',
      '{{renderer :stagebook, sign-off}} The backup is fresh',
    ]);
    expect(await host.uuids('Notes')).toEqual(before);
  });

  it.each(KINDS)(
    'leaves nothing behind when it is unloaded, and nothing twice when it is loaded again [ui.window.reload] ($graph, $host)',
    async (kind) => {
      const { host } = await start({ ...kind, pages: { Notes: NOTES, Plants: PLANTS }, open: 'Plants' });
      const run = host.page.locator('.sb-acts button.sb-p');
      await run.first().waitFor();
      const whole = async () => {
        await host.idle();
        return {
          icons: await host.page.locator('.sb-ic').count(),
          buttons: await run.count(),
          toolbar: await host.page.locator('.sb-toolbar').count(),
          styles: await host.page.locator('style[data-ref=stagebook]').count(),
          windows: await host.page.locator('iframe[src*="stagebook/index.html"]').count(),
          held: (await host.stats()).heldElements,
          connections: daemon.server!.connected(),
        };
      };
      await expect.poll(async () => (await whole()).icons).toBe(3);
      const before = await whole();
      expect(before).toMatchObject({ buttons: 1, toolbar: 1, windows: 1, connections: 1 });
      for (let turn = 0; turn < 2; turn += 1) {
        await toggle(host);
        await expect.poll(() => shown(host)).toBe(1);
        await host.reloadPlugin('stagebook');
        await host.ready('stagebook');
        await expect.poll(whole).toEqual(before);
      }
      // A key press reaches the plugin once: twice would show the window and hide it again.
      await toggle(host);
      await expect.poll(() => shown(host)).toBe(1);
      await host.page.evaluate(`double.unloadPlugin('stagebook')`);
      await expect
        .poll(whole)
        .toEqual({ icons: 0, buttons: 0, toolbar: 0, styles: 0, windows: 0, held: 0, connections: 0 });
    },
    60_000,
  );
});
