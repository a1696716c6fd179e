import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockMemory, type BlockMemory } from '../../../daemon/graph/block-memory.ts';
import type { GraphBlock, GraphPage } from '../../../daemon/graph/graph.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import type { DocBlock, PageDoc } from '../../../daemon/pages/page.ts';
import { locate, MemoryGraph, walk } from './memory-graph.ts';

const NAME = 'Page';

/**
 * A document in which every text tells its key and version: `k3v2`. As on our pages, a key always has the same parent
 * (here as in a heap: 1 and 2 under 0, 3 and 4 under 1 …) and siblings the same order.
 */
const docs: fc.Arbitrary<PageDoc> = fc
  .array(fc.option(fc.nat(2)), { minLength: 9, maxLength: 9 })
  .map((versions) => ({ name: NAME, properties: {}, blocks: [...blockAt(0, versions), ...blockAt(7, versions)] }));
function blockAt(key: number, versions: readonly (number | null)[]): DocBlock[] {
  const version = versions[key] ?? null;
  if (version === null) return [];
  const children =
    key < 7 ? [...blockAt(2 * key + 1, versions.slice(0, 7)), ...blockAt(2 * key + 2, versions.slice(0, 7))] : [];
  return [{ key: `k${key}`, content: `k${key}v${version}`, children }];
}

type Doing =
  | { do: 'write'; doc: PageDoc; crash: 'no' | 'before' | 'after' }
  | { do: 'edit' | 'delete' | 'add'; at: number }
  | { do: 'move'; at: number; to: number };
const doings: fc.Arbitrary<Doing> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      doc: docs,
      crash: fc.constantFrom('no', 'no', 'before', 'after'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('edit', 'delete', 'add'), at: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), at: fc.nat(30), to: fc.nat(30) }) },
);

class World {
  readonly graph: MemoryGraph;
  readonly memory: BlockMemory = createBlockMemory();
  crash: 'no' | 'before' | 'after' = 'no';
  /** Keys of which the person deleted the block. */
  readonly deleted = new Set<string>();
  #count = 0;

  constructor(ownUuids: boolean) {
    const dieIf = (when: string) => () => {
      if (this.crash === when) throw new Error('killed');
    };
    this.graph = new MemoryGraph({ ownUuids, before: dieIf('before'), after: dieIf('after') });
  }

  async write(doc: PageDoc, crash: 'no' | 'before' | 'after'): Promise<void> {
    const before = await this.graph.read(NAME);
    if (crash !== 'no') await this.killAt(crash, doc);
    await writePage(this.graph, this.memory, doc);
    const after = await this.graph.read(NAME);
    this.#check(before, after);
    const snapshot = this.graph.snapshot();
    expect(await writePage(this.graph, this.memory, doc)).toMatchObject({ changed: false });
    expect(this.graph.snapshot()).toBe(snapshot);
  }

  /** The process dies right before or right after the graph makes its change. */
  async killAt(when: 'before' | 'after', doc: PageDoc): Promise<void> {
    this.crash = when;
    await writePage(this.graph, this.memory, doc).catch((error: Error) => expect(error.message).toBe('killed'));
    this.crash = 'no';
  }

  #check(before: GraphPage | null, after: GraphPage | null): void {
    const [was, is] = [placesOf(before), placesOf(after)];
    for (const [ref, { content, parent, order }] of was) {
      const now = is.get(ref);
      if (isOurs(content)) {
        // Ours may be renewed or taken away, never moved.
        if (now) expect(now).toMatchObject({ parent });
        continue;
      }
      expect(now, `“${content}” is a person's`).toMatchObject({ content, parent });
      expect(now!.order.filter((sibling) => order.includes(sibling))).toEqual(
        order.filter((sibling) => now!.order.includes(sibling)),
      );
    }
    const texts = [...is.values()].map(({ content }) => content).filter(isOurs);
    expect(texts, 'nothing is doubled').toEqual([...new Set(texts)]);
    for (const text of texts) expect(this.deleted, `${text} was deleted`).not.toContain(keyOf(text));
  }

  /** Something a person does. */
  doByHand(doing: Exclude<Doing, { do: 'write' }>): void {
    this.graph.edit(NAME, (page) => {
      const blocks = [...walk(page.blocks)].map(({ block }) => block);
      const block = blocks[doing.at % Math.max(1, blocks.length)];
      const words = `p${(this.#count += 1)}`;
      if (doing.do === 'add') {
        (block?.children ?? page.blocks).unshift({ ref: words, content: words, properties: {}, children: [] });
      } else if (!block) return;
      else if (doing.do === 'edit') block.content = words;
      else if (doing.do === 'delete') {
        for (const { block: gone } of walk([block])) if (isOurs(gone.content)) this.deleted.add(keyOf(gone.content));
        const { siblings, index } = locate(page.blocks, block.ref)!;
        siblings.splice(index, 1);
      } else if (doing.do === 'move') {
        const target = blocks[doing.to % blocks.length]!;
        if ([...walk([block])].some(({ block: inside }) => inside === target)) return;
        const { siblings, index } = locate(page.blocks, block.ref)!;
        siblings.splice(index, 1);
        target.children.push(block);
      }
    });
  }
}

const isOurs = (content: string): boolean => /^k\d+v\d+$/.test(content);
const keyOf = (content: string): string => content.replace(/v\d+$/, '');

function placesOf(page: GraphPage | null): Map<string, { content: string; parent: string | null; order: string[] }> {
  const places = new Map<string, { content: string; parent: string | null; order: string[] }>();
  const visit = (blocks: GraphBlock[], parent: string | null): void => {
    const order = blocks.map(({ ref }) => ref);
    for (const { ref, content, children } of blocks) {
      places.set(ref, { content, parent, order });
      visit(children, ref);
    }
  };
  visit(page?.blocks ?? [], null);
  return places;
}

describe.each([{ ownUuids: false }, { ownUuids: true }])(
  'the writer, whatever persons do in between ($ownUuids)',
  ({ ownUuids }) => {
    it('keeps what they wrote, moved and deleted, doubles nothing, and is done after one writing [core.graph.edits]', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(doings, { maxLength: 14 }), async (list) => {
          const world = new World(ownUuids);
          for (const doing of list) {
            if (doing.do === 'write') await world.write(doing.doc, doing.crash);
            else world.doByHand(doing);
          }
        }),
        { numRuns: 1_500 },
      );
    });

    it('gives exactly the document when nobody else touches the page, whatever it was killed at before [core.graph.crash]', async () => {
      const attempts = fc.array(fc.tuple(docs, fc.constantFrom('no', 'before', 'after')), { maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(attempts, docs, async (list, last) => {
          const world = new World(ownUuids);
          for (const [doc, crash] of list) {
            if (crash === 'no') await world.write(doc, crash);
            else await world.killAt(crash, doc);
            // Uuids that nobody was told of: only the same document again finds these blocks by their words.
            if (ownUuids && crash === 'after') await world.write(doc, 'no');
          }
          await world.write(last, 'no');
          const told = (blocks: readonly DocBlock[], depth = 0): string[] =>
            blocks.flatMap(({ content, children }) => [
              `${'  '.repeat(depth)}${content}`,
              ...told(children ?? [], depth + 1),
            ]);
          expect(world.graph.outline(NAME)).toEqual(told(last.blocks));
        }),
        { numRuns: 1_000 },
      );
    });
  },
);
