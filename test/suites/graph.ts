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

    it('keeps indented lines, tasks and what looks like something else, as they are', async () => {
      const texts = [
        'settings\n```yaml\na:\n  b:\n    - c\n      d: 1\n```',
        'TODO to do',
        'DONE done\nwith a second line',
        'TODOs are not tasks',
        '> a quotation\n> of two lines',
        'a [[Page of another name]], a #tag and a [[Runs/with/slashes]]',
        '1 < 2 && "quotes" \\ \\{\\{ 100%',
      ];
      const page = await graph.change(
        'Texts',
        null,
        texts.map((content, i) => insert(`t${i}`, null, i === 0 ? null : `t${i - 1}`, content)),
      );
      expect(page.blocks.map((block) => block.content)).toEqual(texts);
      const [task, done] = [page.blocks[1]!, page.blocks[2]!];
      const after = await graph.change('Texts', page.revision, [
        { kind: 'update', ref: task.ref, content: 'DONE to do' },
        { kind: 'update', ref: done.ref, content: 'done\nwith a second line' },
      ]);
      expect(after.blocks.slice(1, 3).map((block) => block.content)).toEqual([
        'DONE to do',
        'done\nwith a second line',
      ]);
      expect(await graph.read('Texts')).toEqual(after);
    });

    it('does not take a page for one that is there because it is named', async () => {
      await graph.change('Names', null, [insert('a', null, null, '[[Only named]] and [[Below/Only named]] #onlyTag')]);
      for (const name of ['Only named', 'Below', 'Below/Only named', 'onlyTag']) {
        expect(await graph.read(name), name).toBeNull();
        const made = await graph.change(name, null, [insert(`of ${name}`, null, null, 'now it is there')]);
        expect(outline(made.blocks)).toEqual(['now it is there']);
      }
      expect(outline((await graph.read('Names'))!.blocks)).toEqual([
        '[[Only named]] and [[Below/Only named]] #onlyTag',
      ]);
    });

    it('is a page without blocks, and becomes one again', async () => {
      const made = await graph.change('Bare', null, []);
      expect(made.blocks).toEqual([]);
      expect(await graph.read('Bare')).toEqual(made);
      const filled = await graph.change('Bare', made.revision, [insert('x', null, null)]);
      expect(outline(filled.blocks)).toEqual(['x']);
      const emptied = await graph.change('Bare', filled.revision, [{ kind: 'remove', ref: filled.blocks[0]!.ref }]);
      expect(emptied.blocks).toEqual([]);
      expect(await graph.read('Bare')).toEqual(emptied);
    });

    it('makes changes of all kinds in one call, whatever they have to do with each other', async () => {
      const { revision, blocks } = await seed();
      const [one, two, oneA, oneB] = ['one', 'two', 'one-a', 'one-b'].map((content) => find(blocks, content));
      const after = await graph.change('Seed', revision, [
        { kind: 'properties', properties: { status: 'old', extra: 'x' } },
        { kind: 'insert', parent: null, after: two!.ref, uuid: uuid('n1'), content: 'n1' },
        { kind: 'remove', ref: two!.ref },
        { kind: 'insert', parent: uuid('n1'), after: null, uuid: uuid('n2'), content: 'n2' },
        { kind: 'insert', parent: uuid('n1'), after: uuid('n2'), uuid: uuid('n3'), content: 'gone again' },
        { kind: 'insert', parent: uuid('n3'), after: null, uuid: uuid('n4'), content: 'gone with it' },
        { kind: 'insert', parent: oneA!.ref, after: null, uuid: uuid('n5'), content: 'n5' },
        { kind: 'update', ref: uuid('n5'), content: 'n5!', properties: { owner: 'ada' } },
        { kind: 'update', ref: one!.ref, content: 'one!' },
        { kind: 'remove', ref: uuid('n3') },
        { kind: 'insert', parent: null, after: one!.ref, content: 'after one' },
        { kind: 'properties', properties: { status: 'new', extra: '' } },
        { kind: 'update', ref: oneB!.ref, content: 'about to go' },
        { kind: 'remove', ref: oneB!.ref },
      ]);
      expect(outline(after.blocks)).toEqual(['one!', '  one-a', '    n5!', 'after one', 'n1', '  n2']);
      expect(find(after.blocks, 'n5!').properties).toEqual({ owner: 'ada' });
      expect(after.properties).toMatchObject({ type: 'test', status: 'new' });
      expect(after.properties).not.toHaveProperty('extra');
      expect(await graph.read('Seed')).toEqual(after);
    });

    it('refuses to build on what the same call has removed, and then changes nothing', async () => {
      const before = await seed();
      const [one, deep] = [find(before.blocks, 'one'), find(before.blocks, 'deep')];
      for (const late of [
        { kind: 'update', ref: deep.ref, content: 'x' },
        { kind: 'insert', parent: one.ref, after: null, content: 'x' },
      ] as const) {
        const call = graph.change('Seed', before.revision, [{ kind: 'remove', ref: one.ref }, late]);
        await expect(call).rejects.toMatchObject({ code: 'graph.no_block' });
      }
      expect(await graph.read('Seed')).toEqual(before);
    });

    it('folds a block that is made folded', async () => {
      const made = await graph.change('Folded', null, [
        { ...insert('f', null, null), properties: { collapsed: 'true' } } as Change,
        insert('g', 'f', null),
      ]);
      expect(made.blocks[0]!.properties).toEqual({ collapsed: 'true' });
      expect(made.blocks[0]!.children[0]!.properties).toEqual({});
    });

    it('holds a thousand blocks', async () => {
      const changes = Array.from({ length: 1_000 }, (_, i) =>
        insert(
          `b${i}`,
          i % 10 === 0 ? null : `b${i - (i % 10)}`,
          i % 10 === 0 ? (i === 0 ? null : `b${i - 10}`) : i % 10 === 1 ? null : `b${i - 1}`,
        ),
      );
      const made = await graph.change('Long', null, changes);
      expect(outline(made.blocks)).toEqual(
        Array.from({ length: 1_000 }, (_, i) => (i % 10 === 0 ? `b${i}` : `  b${i}`)),
      );
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
