import { describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';
import type { Host } from './driver.ts';
import { useHosts } from './hosts.ts';
import { heard, macros, samplePlugin, seen } from './sample-plugin.ts';

const PAGE = { Page: '- {{renderer :stagebook, step}} Tag\n- {{renderer :stagebook, step}} Push\n' };

describe.runIf(requireProgram('chromium'))('what plugins draw in the double', () => {
  const open = useHosts();
  const plugin = samplePlugin('sample', macros());
  const start = async (options: Parameters<typeof open>[0] = {}) => {
    const host = await open({ plugins: [plugin], pages: PAGE, open: 'Page', ...options });
    await expect.poll(async () => (await heard(host)).length).toBe(2);
    const [one, two] = await heard(host);
    return { host, one: one!.slot, two: two!.slot };
  };
  const provide = (host: Host, ui: object) =>
    host.plugin('sample').evaluate(`logseq.provideUI(${JSON.stringify(ui)}) && 0`);
  const html = (host: Host, id: string) => host.page.locator(`#${id}`).innerHTML();

  it('rebuilds the element of a key at each call: focus, open details and typed text are lost [ui.host.rebuilt]', async () => {
    const { host, one } = await start();
    const template = '<details><summary>More</summary><input class="in"></details>';
    await provide(host, { key: 'k', slot: one, template });
    await host.page.locator(`#${one} summary`).click();
    await host.page.locator(`#${one} .in`).fill('typed');
    await provide(host, { key: 'k', slot: one, template });
    await expect.poll(() => host.page.locator(`#${one} details`).getAttribute('open')).toBe(null);
    expect(await host.page.locator(`#${one} .in`).inputValue()).toBe('');
    expect(await host.page.evaluate('document.activeElement.tagName')).toBe('BODY');
    expect((await host.stats()).heldElements).toBe(1);
  });

  it('updates a part by its path and leaves the rest as it is [ui.host.rebuilt]', async () => {
    const { host, one } = await start();
    await provide(host, { key: 's', slot: one, template: '<input class="in"><span id="live"></span>' });
    await host.page.locator(`#${one} .in`).fill('typed');
    await provide(host, { key: 'l', path: '#live', template: '<i>1s</i>' });
    await provide(host, { key: 'l', path: '#live', template: '<i>2s</i>' });
    await expect.poll(() => host.page.locator('#live').textContent()).toBe('2s');
    expect(await host.page.locator(`#${one} .in`).inputValue()).toBe('typed');
    expect(await host.page.evaluate('document.activeElement.className')).toBe('in');
  });

  it('leaves a key where it was drawn first, and the second slot stays empty [ui.host.keys]', async () => {
    const { host, one, two } = await start();
    await provide(host, { key: 'k', slot: one, template: 'first' });
    await provide(host, { key: 'k', slot: two, template: 'second' });
    await expect.poll(() => html(host, one)).toContain('second');
    expect(await html(host, two)).toBe('');
  });

  it('holds what was drawn under a key for ever, also when its slot is gone [ui.host.keys]', async () => {
    const { host } = await start({ plugins: [samplePlugin('sample', macros("'x'"))] });
    const held = async () => (await host.stats()).heldElements;
    await expect.poll(held).toBe(2);
    for (let n = 0; n < 3; n += 1) {
      const before = await held();
      await host.edit('Tag');
      await host.page.keyboard.press('Escape');
      // How many slots come and go meanwhile depends on how fast the plugin draws; none that was drawn is let go.
      await expect.poll(held).toBeGreaterThan(before);
    }
    expect(await host.page.locator('[data-injected-ui]').count()).toBeLessThan(await held());
  });

  it('says nothing to a plugin whose slot is gone, but tells whether one is there [ui.host.slots]', async () => {
    const { host, one } = await start({ strict: false });
    const ask = (script: string) => host.plugin('sample').evaluate(script);
    await provide(host, { key: 'k', slot: 'slot__gone', template: 'x' });
    await expect.poll(async () => (await host.stats()).missed).toBe(1);
    expect(await ask(`logseq.UI.checkSlotValid('${one}')`)).toBe(true);
    expect(await ask(`logseq.UI.checkSlotValid('slot__gone')`)).toBe(false);
    expect(await ask(`logseq.UI.queryElementById('${one}')`)).toBe(`DIV#${one}`);
  });

  it('lacks on an old host what that did not have, and rejects [ui.host.old]', async () => {
    const { host, one } = await start({ host: 'old' });
    const ask = (script: string) => host.plugin('sample').evaluate(script);
    const refused = (script: string) => ask(`${script}.catch((error) => String(error))`);
    expect(await refused(`logseq.UI.checkSlotValid('${one}')`)).toBe('Error: Not existed method #ui_checkSlotValid');
    expect(await refused('logseq.UI.resolveThemeCssPropsVals([])')).toMatch('Not existed method');
    expect(await refused('logseq.App.checkCurrentIsDbGraph()')).toMatch('Not existed method');
    expect(await ask(`logseq.App.queryElementById('${one}')`)).toBe(`DIV#${one}`);
    expect(await host.page.evaluate(`getComputedStyle(document.body).getPropertyValue('--lx-gray-01')`)).toBe('');
  });

  it('gives nothing in a slot the focus by a click on an old host, but passes the click on [ui.host.old]', async () => {
    const { host, one } = await start({ host: 'old' });
    await provide(host, { key: 'k', slot: one, template: '<input class="in" data-on-click="hit">' });
    await host.page.locator(`#${one} .in`).click();
    expect(await seen(host, 'hit')).toHaveLength(1);
    expect(await host.page.evaluate('document.activeElement.tagName')).toBe('BODY');
  });

  it('takes scripts out of what is drawn, and leaves what could fetch or post [ui.host.sanitised]', async () => {
    const { host, one } = await start({ strict: false });
    await provide(host, {
      key: 'k',
      slot: one,
      template:
        '<b onclick="x()" style="color: red" class="c" data-u="1">b</b><script>x()</script><a href="javascript:x()">a</a>' +
        '<svg viewBox="0 0 1 1"><path d="M0 0"></path><use href="#x"></use></svg><details><summary>s</summary></details>' +
        '<input value="v"><select><option>o</option></select><img src="data:," onerror="x()"><form action="/post"></form>',
    });
    const drawn = await html(host, one);
    expect(drawn).not.toMatch(/onclick|onerror|<script|javascript:|<use/);
    for (const kept of ['style="color: red"', 'class="c"', 'data-u="1"', '<path', '<details', '<input', '<select'])
      expect(drawn).toContain(kept);
    expect(drawn).toMatch(/<img src="data:,">.*<form action="\/post">/);
  });

  it('tells of events value, id, class and data, never who or what did it [ui.host.events]', async () => {
    const { host, one } = await start();
    await provide(host, {
      key: 'k',
      slot: one,
      template:
        '<label><input type="checkbox" id="box" class="c" value="v" data-on-change="hit" data-rect data-u="1"></label>',
    });
    await host.page.locator('#box').check();
    const [[, event]] = (await seen(host, 'hit')) as [[string, Record<string, unknown>]];
    expect(Object.keys(event).toSorted()).toEqual(['className', 'dataset', 'id', 'rect', 'type', 'value']);
    expect(event).toMatchObject({ value: 'v', id: 'box', className: 'c', dataset: { onChange: 'hit', u: '1' } });
    await host.page.evaluate(`document.getElementById('box').dispatchEvent(new Event('change', { bubbles: true }))`);
    await expect.poll(async () => (await seen(host, 'hit')).length).toBe(2);
    expect((await seen(host, 'hit'))[1]).toEqual(['hit', event]);
  });

  it('adds a style under a key and replaces it, and takes it away with the plugin [ui.host.style]', async () => {
    const { host } = await start();
    const run = (script: string) => host.plugin('sample').evaluate(script);
    const styles = () => host.page.locator('style[data-ref=sample]').allTextContents();
    await run(`logseq.provideStyle({ key: 'a', style: '.x{}' }) && 0`);
    await run(`logseq.provideStyle({ key: 'a', style: '.y{}' }) && 0`);
    await expect.poll(styles).toEqual(['.y{}']);
    await host.page.evaluate(`double.unloadPlugin('sample')`);
    await expect.poll(styles).toEqual([]);
  });

  it('shows the main UI in the style that was asked for, and leaves it over a change of page [ui.host.main-ui]', async () => {
    const { host } = await start();
    const main = host.page.locator('#sample_lsp_main');
    await host
      .plugin('sample')
      .evaluate(`logseq.setMainUIInlineStyle({ left: 'auto', right: '0px', width: '300px' }); logseq.showMainUI()`);
    await expect.poll(() => main.isVisible()).toBe(true);
    expect((await main.boundingBox())?.width).toBe(300);
    await host.goTo('Elsewhere');
    expect(await main.isVisible()).toBe(true);
    await host.plugin('sample').evaluate('logseq.hideMainUI()');
    await expect.poll(() => main.isVisible()).toBe(false);
  });
});
