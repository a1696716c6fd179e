import { describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';
import type { Host } from './driver.ts';
import { useHosts } from './hosts.ts';
import { samplePlugin, seen } from './sample-plugin.ts';

describe.runIf(requireProgram('chromium'))('the host half of the plugin library', () => {
  const open = useHosts();
  const PAGES = { Page: '- First\n- Second\n' };
  const start = (script: string, options: Parameters<typeof open>[0] = {}) =>
    open({ plugins: [samplePlugin('sample', script)], pages: PAGES, open: 'Page', ...options });
  const run = <T>(host: Host, script: string, id = 'sample') => host.plugin(id).evaluate<T>(script);
  const SLASH = `logseq.Editor.registerSlashCommand('Sample', (event) => see('slash', event));`;

  it('reaches a command by slash, palette, shortcut, context menu and toolbar [ui.host.commands]', async () => {
    const host = await start(`${SLASH}
      const heard = (event) => see('simple', event);
      logseq.App.registerCommandPalette({ key: 'say', label: 'Say it', keybinding: { binding: 'mod+shift+y' } }, heard);
      logseq.Editor.registerBlockContextMenuItem('Say of it', heard);
      logseq.App.registerUIItem('toolbar', { key: 'bar', template: '<a class="button" data-on-click="hit">S</a>' });`);
    const [first, second] = await host.uuids('Page');
    await host.edit('First');
    await host.slash('Sample');
    expect(await seen(host, 'slash')).toEqual([['slash', { pid: 'sample', format: 'markdown', uuid: first }]]);
    expect(await host.page.locator('.editor-wrapper textarea').inputValue()).toBe('First');
    await host.page.keyboard.press('Escape');

    await host.palette('Say it');
    await expect.poll(async () => (await seen(host, 'simple')).length).toBe(1);
    await host.page.keyboard.press('Control+Shift+Y');
    await expect.poll(async () => (await seen(host, 'simple')).length).toBe(2);
    await host.blockMenu('Second', 'Say of it');
    await expect.poll(async () => (await seen(host, 'simple')).length).toBe(3);
    // The plugin's id is spelt in two ways: nobody can build on it.
    expect((await seen(host, 'simple')).map(([, event]) => event)).toMatchObject([
      { key: 'say', label: 'Say it', pid: ':sample', uuid: null },
      { key: 'say', uuid: null },
      { label: 'Say of it', uuid: second },
    ]);

    await host.page.locator('.ui-items-container a').click();
    expect(await seen(host, 'hit')).toHaveLength(1);
  });

  it('answers nothing with no result at all, and errors as errors [ui.host.results]', async () => {
    const host = await start(`
      addEventListener('message', ({ data }) => { if (data.property === '#lspmsg#reply#') see('reply', data.data); });
      see('nothing', await logseq.Editor.getBlock('00000000-0000-4000-8000-000000000000'));
      see('refused', await logseq.Editor.noSuchMethod().catch((error) => String(error)));`);
    const [[, nothing]] = (await seen(host, 'reply')) as [[string, object]];
    expect(Object.keys(nothing)).toEqual(['_sync']);
    expect(await seen(host, 'nothing')).toEqual([['nothing', undefined]]);
    expect(await seen(host, 'refused')).toEqual([['refused', 'Error: Not existed method #noSuchMethod']]);
  });

  it('lets a call that is never answered end after ten seconds, in the plugin [ui.host.timeout]', async () => {
    const host = await start(`globalThis.ask = () => {
      logseq.Editor.getPage('Page').then((page) => see('answer', page), (error) => see('late', String(error)));
    };`);
    await seen(host, 'loaded');
    await host.hang('get_page');
    await host.page.clock.install();
    await run(host, 'ask()');
    await host.page.clock.fastForward(9_000);
    expect(await run(host, 'seen.length')).toBe(1);
    await host.page.clock.fastForward(2_000);
    expect(String(await seen(host, 'late'))).toMatch('timeout');
  });

  it('lets any link and any plugin call the functions of a model, without a click [ui.host.models]', async () => {
    const other = samplePlugin(
      'other',
      `globalThis.call = () => logseq.App.invokeExternalPlugin('sample.models.hit', 7);`,
    );
    const host = await open({ plugins: [samplePlugin('sample', ''), other], pages: PAGES });
    await seen(host, 'loaded');
    await seen(host, 'loaded', 'other');
    await host.openLink('logseq://x-callback-url/invokeCommand?action=plugin.sample.models.hit&payload=from-a-link');
    expect(await seen(host, 'hit')).toEqual([['hit', 'from-a-link']]);
    await run(host, 'call()', 'other');
    await expect.poll(async () => (await seen(host, 'hit')).length).toBe(2);
    expect((await seen(host, 'hit'))[1]).toEqual(['hit', 7]);
  });

  it('has all plugins in one origin, where one reads and speaks for the other, but not for the page [ui.host.origin]', async () => {
    const other = samplePlugin(
      'other',
      `
      const all = Array.from({ length: parent.frames.length }, (_, n) => parent.frames[n]);
      const victim = all.find((frame) => frame !== window && frame.location.href.includes('/sample/'));
      see('stolen', victim.localStorage.getItem('token'), victim.secret);
      parent.postMessage({ type: 'application/x-postmate-v1+json', postmate: 'emit', value: {
        name: '#lspmsg#sample', data: { type: 'settings:update', payload: { forged: true } } } }, '*');
      try { see('page', String(parent.document)); } catch (error) { see('page', error.name); }`,
    );
    const victim = samplePlugin('sample', `localStorage.setItem('token', 't'); globalThis.secret = 's';`);
    const host = await open({ plugins: [victim], pages: PAGES });
    await seen(host, 'loaded');
    const both = await open({ plugins: [victim, other], pages: PAGES });
    await seen(both, 'loaded');
    await both.reloadPlugin('other');
    expect(await seen(both, 'stolen', 'other')).toEqual([['stolen', 't', 's']]);
    expect(await seen(both, 'page', 'other')).toEqual([['page', 'SecurityError']]);
    await expect.poll(() => both.settings('sample')).toMatchObject({ forged: true });
    expect(new URL(both.url).origin).not.toBe(both.pluginOrigin);
  });

  it('gives settings their defaults, keeps them over a reload and tells of each change [ui.host.settings]', async () => {
    const SCHEMA = `logseq.useSettingsSchema([
      { key: 'port', type: 'number', default: 7717, title: 'Port', description: '' },
      { key: 'code', type: 'string', default: '', title: 'Code', description: '' }]);
      logseq.onSettingsChanged((now, before) => see('settings', now.code, before.code));`;
    const host = await start(SCHEMA, { plugins: [samplePlugin('sample', SCHEMA, { settings: { code: 'old' } })] });
    await expect.poll(() => host.settings('sample')).toEqual({ disabled: false, port: 7717, code: 'old' });
    await run(host, 'logseq.showSettingsUI()');
    await host.page.getByLabel('Code').fill('new');
    await host.page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(async () => (await seen(host, 'settings')).at(-1)).toEqual(['settings', 'new', 'old']);
    await host.reloadPlugin('sample');
    await seen(host, 'loaded');
    expect(await run(host, 'logseq.settings.code')).toBe('new');
  });

  it('tells of another page, another graph and changed blocks, with and without the datoms [ui.host.changes]', async () => {
    const script = `
      logseq.App.onRouteChanged((event) => see('route', event));
      logseq.App.onCurrentGraphChanged(() => see('graph'));
      logseq.DB.onChanged((event) => see('changed', event));`;
    const host = await start(script, { changes: 'empty' });
    await seen(host, 'loaded');
    await host.goTo('Other page');
    expect((await seen(host, 'route')).at(-1)![1]).toEqual({
      template: '/page/:name',
      path: '/page/Other%20page',
      parameters: { path: { name: 'Other page' }, query: {} },
    });
    const [first] = await host.uuids('Page');
    await host.call('update_block', first, 'Changed');
    const [[, event]] = (await seen(host, 'changed')) as [[string, { blocks: object[]; txData: unknown[] }]];
    expect(event.blocks).toMatchObject([{ uuid: first, content: 'Changed' }]);
    expect(event.txData).toEqual([]);
    await host.openGraph({ graph: 'db', pages: { New: '- There' } });
    await seen(host, 'graph');
    expect(await run(host, 'logseq.App.checkCurrentIsDbGraph()')).toBe(true);
  });

  it('is a database graph, or an old host, as the address says [ui.host.kinds]', async () => {
    const host = await start('', { graph: 'file' });
    await host.page.goto(`${host.url}?graph=db&host=new&theme=dark`);
    await host.ready('sample');
    expect(await run(host, 'logseq.App.checkCurrentIsDbGraph()')).toBe(true);
    expect(await run(host, 'logseq.App.getUserConfigs()')).toMatchObject({ preferredThemeMode: 'dark' });
    await host.page.goto(`${host.url}?host=old`);
    await host.ready('sample');
    expect(await run(host, 'logseq.App.getInfo()')).toMatchObject({ version: '0.7.1' });
  });
});
