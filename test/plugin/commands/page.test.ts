import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import { parseOutline, type Block } from '../../../shared/outline/index.ts';
import type { PageBlock } from '../../../shared/protocol/calls/pages.ts';
import {
  hasTemplate,
  isWritten,
  makePage,
  makePageFromTemplate,
  type PageHost,
} from '../../../plugin/commands/page.ts';
import { createModel, type Model } from '../../e2e/host/model/model.ts';
import { wholeNamesOf } from '../whole-names.ts';

const KINDS = [
  { kind: 'file', hostAge: 'old' },
  { kind: 'file', hostAge: 'new' },
  { kind: 'db', hostAge: 'new' },
] as const;

interface Called {
  method: string;
  args: readonly Json[];
}

/** The model behind what the commands see of a host, with everything that was called. */
function hostOf(model: Model): PageHost & { called: Called[]; opened: unknown[] } {
  const called: Called[] = [];
  const opened: unknown[] = [];
  const blockOf = (block: PageBlock): PageBlock => ({
    uuid: block.uuid,
    content: block.content,
    children: block.children.map(blockOf),
  });
  const names = model.options.kind === 'db' ? wholeNamesOf(model) : undefined;
  const ref = async (page: string) => (names ? names.find(page) : page);
  return {
    called,
    opened,
    ref,
    async tree(page) {
      const found = (await model.call('logseq.Editor.getPageBlocksTree', [await ref(page)])) as PageBlock[] | undefined;
      return found ? found.map(blockOf) : null;
    },
    async call(method, args) {
      if (method === 'logseq.App.pushState') {
        opened.push(args[1]);
        return null;
      }
      called.push({ method, args });
      const result = await model.call(method, args);
      // What an insertion leaves in edit mode, it leaves so a moment later.
      await new Promise((resolve) => setTimeout(resolve, 0));
      return (result ?? null) as Json;
    },
  };
}

const texts = (blocks: readonly PageBlock[]): unknown[] =>
  blocks.flatMap(({ content, children }) => (children.length > 0 ? [content, texts(children)] : [content]));
const blocksOf = (markdown: string): PageBlock[] => {
  const plain = ({ content, children }: Block): PageBlock => ({ content, children: children.map(plain) });
  return parseOutline(markdown).blocks.map(plain);
};
/** What a page shows, without the property block that some names bring. */
const shown = async (host: PageHost, title: string) =>
  texts(((await host.tree(title)) ?? []).filter(({ content }) => !content.startsWith('title::')));

const CODE = 'A step\n```python\nif True:\n    print(1)\n\tprint(2)\n```';
const SMALL: PageBlock[] = [
  { content: '{{renderer :stagebook, workflow}} It', children: [{ content: 'told', children: [] }] },
  {
    content: '{{renderer :stagebook, stage}} One',
    children: [{ content: CODE, children: [{ content: 'under', children: [] }] }],
  },
  { content: 'last', children: [] },
];

describe.each(KINDS)('a page in a $kind graph on a $hostAge host', (options) => {
  it.each(['Release', 'Runs/Release'])(
    '%s holds what was given, to the character of its code [ui.commands.insert]',
    async (title) => {
      const model = createModel(options);
      const host = hostOf(model);
      expect(await makePage(host, title, SMALL)).toBe('made');
      expect(await shown(host, title)).toEqual(texts(SMALL));
      // In a database graph a title may be that of several pages: it is opened by its uuid.
      const name = options.kind === 'db' ? model.page('Release')!.uuid : title;
      expect(host.opened).toEqual([{ name }]);
      expect(await makePage(host, title, [])).toBe('there');
      expect(host.opened).toEqual([{ name }, { name }]);
      expect(model.editing).toBeNull();
    },
  );

  it('is left alone where somebody wrote on it, and filled where it is only named [ui.commands.keep]', async () => {
    const model = createModel(options);
    const host = hostOf(model);
    await model.call('logseq.Editor.createPage', ['Mine', {}, { redirect: false }]);
    await model.call('logseq.Editor.appendBlockInPage', ['Mine', 'see [[Named]]']);
    const before = await host.tree('Mine');
    expect(await makePage(host, 'Mine', SMALL)).toBe('there');
    expect(await host.tree('Mine')).toEqual(before);
    expect(host.opened).toEqual([{ name: await host.ref('Mine') }]);
    expect(await isWritten(host, 'Named')).toBe(false);
    expect(await makePage(host, 'Named', SMALL)).toBe('made');
    expect(await shown(host, 'Named')).toEqual(texts(SMALL));
  });

  it('takes blocks in chunks of 200 at most, whatever their shape [ui.commands.insert]', async () => {
    const leaf = (name: string): PageBlock => ({ content: name, children: [] });
    const many = (name: string, count: number) => Array.from({ length: count }, (_, at) => leaf(`${name} ${at}`));
    const large: PageBlock[] = [
      { content: 'head', children: many('told', 250) },
      ...many('small', 150),
      { content: 'big', children: [{ content: 'inner', children: many('deep', 230) }, leaf('after inner')] },
      { content: 'mid', children: many('mid', 120) },
      ...many('end', 90),
    ];
    const model = createModel(options);
    const host = hostOf(model);
    await makePage(host, 'Large', large);
    expect(await shown(host, 'Large')).toEqual(texts(large));
    const size = (block: PageBlock): number => 1 + block.children.reduce((sum, child) => sum + size(child), 0);
    const batches = host.called.filter(({ method }) => method.endsWith('insertBatchBlock'));
    const sizes = batches.map(({ args }) =>
      (args[1] as unknown as PageBlock[]).reduce((sum, block) => sum + size(block), 0),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
    expect(sizes.length).toBeLessThan(12);
  });

  it('comes from a person’s own template where there is one [ui.commands.template]', async () => {
    const model = createModel(options);
    const host = hostOf(model);
    expect(await hasTemplate(host, 'Package release')).toBe(false);
    if (options.kind === 'db' || options.hostAge === 'old') return;
    await model.call('logseq.Editor.createPage', ['Templates', {}, { redirect: false }]);
    const [first] = (await host.tree('Templates')) ?? [];
    const uuid = first?.uuid ?? '';
    await model.call('logseq.Editor.updateBlock', [
      uuid,
      'Mine\ntemplate:: Package release\ntemplate-including-parent:: false',
    ]);
    await host.call('logseq.Editor.exitEditingMode', []);
    await host.call('logseq.Editor.insertBatchBlock', [uuid, SMALL as unknown as Json, { sibling: false }]);
    await host.call('logseq.Editor.exitEditingMode', []);
    expect(await hasTemplate(host, 'Package release')).toBe(true);
    expect(await makePageFromTemplate(host, 'Package release', 'Package release')).toBe('made');
    expect(await shown(host, 'Package release')).toContain('{{renderer :stagebook, workflow}} It');
    expect(await makePageFromTemplate(host, 'Package release', 'Package release')).toBe('there');
  });
});

it('is no other page that has its title in a database graph, and says so where Logseq makes none [ui.pages.whole]', async () => {
  const model = createModel({ kind: 'db', hostAge: 'new' });
  const host = hostOf(model);
  await makePage(host, 'Team/Release', [{ content: 'theirs', children: [] }]);
  await expect(makePage(host, 'Release', SMALL)).rejects.toThrow('did not make the page “Release”');
  expect(await shown(host, 'Team/Release')).toEqual(['theirs']);
  expect(await makePage(host, 'Other/Release', SMALL)).toBe('made');
  expect(await shown(host, 'Other/Release')).toEqual(texts(SMALL));
  // What a page is to be under is looked for by its title alone: this one would come under Team/Release.
  await expect(makePage(host, 'Release/Notes', SMALL)).rejects.toThrow('did not make the page “Release/Notes”');
  await model.call('logseq.Editor.createPage', ['Gone', {}, { redirect: false }]);
  await model.call('logseq.Editor.deletePage', ['Gone']);
  await expect(makePage(host, 'Gone', SMALL)).rejects.toThrow('recycle bin');
});

it('makes the shipped release as its file has it [ui.commands.insert]', async () => {
  const { readFileSync } = await import('node:fs');
  const blocks = blocksOf(readFileSync(new URL('../../../workflows/package-release.md', import.meta.url), 'utf8'));
  const model = createModel({ kind: 'file', hostAge: 'old' });
  const host = hostOf(model);
  await makePage(host, 'Package release', blocks);
  expect(await shown(host, 'Package release')).toEqual(texts(blocks));
});
