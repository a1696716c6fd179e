import { describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';
import type { Host } from './driver.ts';
import { useHosts } from './hosts.ts';
import { heard, macros, samplePlugin } from './sample-plugin.ts';

const TWO = '- {{renderer :stagebook, step}} Tag\n- {{renderer :stagebook, step}} Push\n- Prose\n';
const plugin = samplePlugin('sample', macros("'<b>' + event.slot + '</b>'"));

describe.runIf(requireProgram('chromium'))('slots of the double', () => {
  const open = useHosts();
  const count = (host: Host, id?: string) => heard(host, id).then((all) => all.length);
  const live = (host: Host, slot: string) => host.page.locator(`#${slot}`).count();
  const settled = async (host: Host, expected: number) => {
    await expect.poll(() => count(host)).toBe(expected);
    await host.idle();
    expect(await count(host)).toBe(expected);
  };

  it('announces each slot with its block, its arguments and an id that is on the page [ui.host.slots]', async () => {
    const page = '- {{renderer :stagebook, gate, "a, b", }} Gate\n- {{renderer :other, x}} Foreign\n';
    const host = await open({ plugins: [plugin], pages: { Page: page }, open: 'Page' });
    const [uuid] = await host.uuids('Page');
    await settled(host, 2);
    const [gate, foreign] = await heard(host);
    expect(gate).toMatchObject({ uuid, arguments: [':stagebook', 'gate', '"a', 'b"', ''] });
    expect(foreign!.arguments).toEqual([':other', 'x']);
    expect(await live(host, gate!.slot)).toBe(1);
    expect(await host.page.locator(`#${gate!.slot}`).textContent()).toBe(gate!.slot);
  });

  it.each(['new', 'old'] as const)(
    'blanks the slot of the block being edited, renders it twice when left, and leaves neighbours alone on a %s host [ui.host.slots]',
    async (age) => {
      const host = await open({ host: age, plugins: [plugin], pages: { Page: TWO }, open: 'Page' });
      await settled(host, 2);
      const [tag, push] = await heard(host);
      await host.edit('Tag');
      expect(await live(host, tag!.slot)).toBe(0);
      await host.page.keyboard.press('Escape');
      await settled(host, 4);
      const [first, second] = (await heard(host)).slice(2);
      expect([first!.uuid, second!.uuid]).toEqual([tag!.uuid, tag!.uuid]);
      expect([await live(host, first!.slot), await live(host, second!.slot)]).toEqual([0, 1]);
      expect(await live(host, push!.slot)).toBe(1);
    },
  );

  it('renders a block whose text changed in place: another id, and what was drawn still stands in it [ui.host.slots]', async () => {
    const host = await open({ plugins: [plugin], pages: { Page: TWO }, open: 'Page' });
    await settled(host, 2);
    const [tag] = await heard(host);
    await host.call('update_block', tag!.uuid, '{{renderer :stagebook, step}} Tag it');
    await settled(host, 3);
    const again = (await heard(host)).at(-1)!;
    expect(await live(host, tag!.slot)).toBe(0);
    await expect.poll(() => host.page.locator(`#${again.slot}`).textContent()).toBe(tag!.slot + again.slot);
  });

  it('announces embeds, references and the sidebar with the uuid of their source, and query tables with none [ui.host.slots]', async () => {
    const host = await open({ plugins: [plugin], pages: { Page: '- {{renderer :stagebook, step}} Source\n' } });
    const [uuid] = await host.uuids('Page');
    await host.call('create_page', 'Other', {}, { redirect: false });
    await host.call('append_block_in_page', 'Other', `{{embed ((${uuid}))}}`, { focus: false });
    await host.call('append_block_in_page', 'Other', `see ((${uuid}))`, { focus: false });
    await host.goTo('Other');
    await settled(host, 2);
    expect((await heard(host)).map((macro) => macro.uuid)).toEqual([uuid, uuid]);
    await host.openInSidebar(uuid!);
    await settled(host, 3);
    expect((await heard(host)).at(-1)!.uuid).toBe(uuid);
    await host.call('append_block_in_page', 'Other', '{{query Source}}', { focus: false });
    await settled(host, 4);
    expect((await heard(host)).at(-1)!.uuid).toBe('');
  });

  it('draws only the first hundred blocks of a page until the reader scrolls [ui.host.hundred]', async () => {
    const blocks = Array.from({ length: 300 }, (_, n) => ({ content: `{{renderer :stagebook, step}} Step ${n}` }));
    const host = await open({ plugins: [plugin], pages: { Long: blocks }, open: 'Long' });
    await settled(host, 100);
    expect(await host.uuids('Long')).toHaveLength(300);
    expect(await host.page.locator('.ls-block').count()).toBe(100);
    await host.page.mouse.move(500, 500);
    await host.page.mouse.wheel(0, 20_000);
    await expect.poll(() => count(host)).toBeGreaterThan(100);
  });

  it('announces every slot again, empty, when a plugin is reloaded [ui.host.reload]', async () => {
    const host = await open({ plugins: [samplePlugin('sample', macros())], pages: { Page: TWO }, open: 'Page' });
    await settled(host, 2);
    const [before] = await heard(host);
    await host.reloadPlugin('sample');
    await host.ready('sample');
    await settled(host, 2);
    expect((await heard(host))[0]).toMatchObject({ uuid: before!.uuid });
    expect(await live(host, before!.slot)).toBe(0);
  });

  it('keeps the page and its slots when the theme changes, and tells plugins [ui.host.theme]', async () => {
    const script = `${macros()} logseq.App.onThemeModeChanged((event) => see('theme', event));`;
    const host = await open({ plugins: [samplePlugin('sample', script)], pages: { Page: TWO }, open: 'Page' });
    await settled(host, 2);
    await host.setTheme('dark');
    await expect
      .poll(() => host.plugin('sample').evaluate('seen.filter(([name]) => name === "theme")'))
      .toEqual([['theme', { mode: 'dark' }]]);
    await settled(host, 2);
    const value = (name: string) =>
      host.page.evaluate<string>(`getComputedStyle(document.body).getPropertyValue('${name}')`);
    expect(await value('--ls-primary-background-color')).toBe('#002b36');
    expect(await value('--lx-gray-01')).not.toBe('');
  });
});
