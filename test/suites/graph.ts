import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, Graph, GraphBlock } from '../../daemon/graph/graph.ts';
import { blockUuid } from '../../daemon/graph/uuid.ts';

/** A graph without pages, and what to do when a test is done with it. */
export interface GraphUnderTest {
  graph: Graph;
  dispose(): Promise<void>;
}

/** Names that are awkward as file names, in links and on several systems. */
const AWKWARD_NAMES = [
  'Plain',
  'Runs/2026-11-21 1 Package release',
  'a/b/c',
  'under_score __two ___three ____four',
  'slash_/_bars /__ and___/more',
  'per%cent %20 %2F 100%',
  'What? "Why": <a|b> *c* #d \\e',
  '..',
  '../../etc/passwd',
  '.hidden',
  'ends with a dot.',
  'CON',
  'COM1',
  'Nov 21st, 2026',
  'ünïcödé – 漢字 🎉',
  'Release @scope/pkg 1.0.0',
  "it's (nice) [x] {y} & more, etc; = + ~ ! @ $ ^ `",
  'a.b.c',
];

/** What the graph's port promises (daemon/graph/graph.ts), held by each of its implementations. */
export function graphSuite(title: string, make: () => Promise<GraphUnderTest>): void {
  describe(`${title} as a graph [core.graph.suite]`, () => {
    let graph: Graph;
    let dispose: () => Promise<void>;
    beforeEach(async () => {
      ({ graph, dispose } = await make());
    });
    afterEach(() => dispose());

    const uuid = (key: string): string => blockUuid('suite', key);
    const insert = (key: string, parent: string | null, after: string | null, content = key): Change => ({
      kind: 'insert',
      parent: parent && uuid(parent),
      after: after && uuid(after),
      uuid: uuid(key),
      content,
    });
    const seed = () =>
      graph.change('Seed', null, [
        { kind: 'properties', properties: { type: 'test', status: 'new' } },
        insert('one', null, null),
        insert('two', null, 'one'),
        insert('one-a', 'one', null),
        insert('one-b', 'one', 'one-a'),
        insert('deep', 'one-b', null),
      ]);
    const outline = (blocks: readonly GraphBlock[], depth = 0): string[] =>
      blocks.flatMap((block) => [`${'  '.repeat(depth)}${block.content}`, ...outline(block.children, depth + 1)]);
    const find = (blocks: readonly GraphBlock[], content: string): GraphBlock => {
      const found = blocks
        .flatMap(function all(block): GraphBlock[] {
          return [block, ...block.children.flatMap(all)];
        })
        .find((block) => block.content === content);
      if (!found) throw new Error(`no block says “${content}”`);
      return found;
    };

    it('has no page before one is made', async () => {
      expect(await graph.read('Seed')).toBeNull();
      expect(await Array.fromAsync(graph.pages())).not.toContain('Seed');
    });

    it('makes a page with its blocks in order, and gives what it then reads', async () => {
      const made = await seed();
      expect(outline(made.blocks)).toEqual(['one', '  one-a', '  one-b', '    deep', 'two']);
      expect(made.properties).toMatchObject({ type: 'test', status: 'new' });
      expect(await graph.read('Seed')).toEqual(made);
      expect(await Array.fromAsync(graph.pages())).toContain('Seed');
    });

    it('compares names without regard to capitals and to how accents are composed', async () => {
      await graph.change('Café Ünder', null, [{ kind: 'insert', parent: null, after: null, content: 'x' }]);
      for (const name of ['café ünder', 'CAFÉ ÜNDER', 'Cafe\u0301 U\u0308nder']) {
        expect((await graph.read(name))?.name).toBe('Café Ünder');
      }
      await expect(graph.change('CAFÉ ünder', null, [])).rejects.toMatchObject({ code: 'graph.changed' });
    });

    it('takes any name and gives it back [core.graph.names]', async () => {
      for (const page of AWKWARD_NAMES) {
        await graph.change(page, null, [{ kind: 'insert', parent: null, after: null, content: `of ${page}` }]);
      }
      for (const page of AWKWARD_NAMES) {
        const read = await graph.read(page);
        expect(read?.name).toBe(page);
        expect(read?.blocks.at(-1)?.content).toBe(`of ${page}`);
      }
      expect((await Array.fromAsync(graph.pages())).toSorted()).toEqual(AWKWARD_NAMES.toSorted());
    });

    it('refuses a change on top of anything but what was read, and then changes nothing', async () => {
      const first = await seed();
      const second = await graph.change('Seed', first.revision, [
        { kind: 'update', ref: first.blocks[1]!.ref, content: 'two!' },
      ]);
      expect(second.revision).not.toBe(first.revision);
      for (const revision of [first.revision, null]) {
        await expect(graph.change('Seed', revision, [insert('late', null, null)])).rejects.toMatchObject({
          code: 'graph.changed',
        });
      }
      expect(await graph.read('Seed')).toEqual(second);
      await expect(graph.change('Nowhere', first.revision, [])).rejects.toMatchObject({ code: 'graph.changed' });
    });

    it('makes all changes of a call or none', async () => {
      const before = await seed();
      const call = graph.change('Seed', before.revision, [
        insert('new', null, null),
        { kind: 'update', ref: 'there is no such block', content: 'x' },
      ]);
      await expect(call).rejects.toMatchObject({ failure: { retryable: false } });
      expect(await graph.read('Seed')).toEqual(before);
    });

    it('inserts first, in between, last and under what the same call inserted', async () => {
      const { revision, blocks } = await seed();
      const [one, two] = [find(blocks, 'one'), find(blocks, 'two')];
      const after = await graph.change('Seed', revision, [
        { kind: 'insert', parent: null, after: null, content: 'first' },
        { kind: 'insert', parent: null, after: one.ref, uuid: uuid('mid'), content: 'middle' },
        { kind: 'insert', parent: uuid('mid'), after: null, content: 'inside' },
        { kind: 'insert', parent: null, after: two.ref, content: 'last' },
        { kind: 'insert', parent: one.ref, after: null, content: 'one-0' },
      ]);
      expect(outline(after.blocks)).toEqual([
        'first',
        'one',
        '  one-0',
        '  one-a',
        '  one-b',
        '    deep',
        'middle',
        '  inside',
        'two',
        'last',
      ]);
    });

    it('updates a text without touching uuid, children and other properties', async () => {
      const made = await graph.change('Props', null, [
        {
          kind: 'insert',
          parent: null,
          after: null,
          uuid: uuid('p'),
          content: 'text',
          properties: { owner: 'ada', due: 'now' },
        },
        { kind: 'insert', parent: uuid('p'), after: null, content: 'child' },
      ]);
      const [block] = made.blocks;
      expect(block!.properties).toMatchObject({ owner: 'ada', due: 'now' });
      const after = await graph.change('Props', made.revision, [
        { kind: 'update', ref: block!.ref, content: 'new text\nin two lines', properties: { due: '', state: 'open' } },
      ]);
      expect(after.blocks[0]).toMatchObject({ uuid: block!.uuid, content: 'new text\nin two lines' });
      expect(after.blocks[0]!.properties).toMatchObject({ owner: 'ada', state: 'open' });
      expect(after.blocks[0]!.properties).not.toHaveProperty('due');
      expect(after.blocks[0]!.children[0]!.content).toBe('child');
    });

    it('removes a block with everything under it', async () => {
      const { revision, blocks } = await seed();
      const after = await graph.change('Seed', revision, [{ kind: 'remove', ref: find(blocks, 'one').ref }]);
      expect(outline(after.blocks)).toEqual(['two']);
    });

    it('sets and removes page properties and leaves the others', async () => {
      const { revision } = await seed();
      const after = await graph.change('Seed', revision, [
        { kind: 'properties', properties: { status: 'done', type: '', more: 'x [[y]]' } },
      ]);
      expect(after.properties).toMatchObject({ status: 'done', more: 'x [[y]]' });
      expect(after.properties).not.toHaveProperty('type');
      expect(outline(after.blocks)).toHaveLength(5);
    });

    it('keeps texts of several lines, fences, tables and headings as they are', async () => {
      const texts = [
        'TODO two\nlines',
        '## A heading',
        'code\n```yaml\na: 1\n  b:: not a property\n- no block\n\n```',
        'table\n| a | b |\n| --- | --- |\n| 1 | 2 |',
        'emoji 🎉 and {{renderer :stagebook, step}} and ((ref)) #tag',
      ];
      let page = await graph.change('Texts', null, []);
      for (const content of texts.toReversed()) {
        page = await graph.change('Texts', page.revision, [{ kind: 'insert', parent: null, after: null, content }]);
      }
      expect(page.blocks.map((block) => block.content)).toEqual(texts);
      expect((await graph.read('Texts'))!.blocks.map((block) => block.content)).toEqual(texts);
    });

    it('keeps the uuid that a block was given over every change', async () => {
      const made = await seed();
      const block = find(made.blocks, 'one-b');
      expect(block.uuid).toMatch(/^[0-9a-f-]{36}$/);
      const after = await graph.change('Seed', made.revision, [{ kind: 'update', ref: block.ref, content: 'changed' }]);
      expect(find(after.blocks, 'changed').uuid).toBe(block.uuid);
    });
  });
}
