import { beforeEach, describe, expect, it } from 'vitest';
import { createBlockMemory, type BlockMemory } from '../../../daemon/graph/block-memory.ts';
import type { GraphPage } from '../../../daemon/graph/graph.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import { fail } from '../../../shared/failure.ts';
import type { DocBlock, PageDoc } from '../../../daemon/pages/page.ts';
import { locate, MemoryGraph, walk } from './memory-graph.ts';

const NAME = 'Runs/one';
const b = (key: string, content: string, children: DocBlock[] = []): DocBlock => ({ key, content, children });
const doc = (blocks: DocBlock[], properties: Record<string, string> = {}): PageDoc => ({
  name: NAME,
  properties,
  blocks,
});
const FIRST = doc([b('now', 'running'), b('log', 'Log', [b('l1', 'started'), b('l2', 'built')])], {
  status: 'running',
});
const NEXT = doc([b('now', 'done'), b('log', 'Log', [b('l1', 'started'), b('l2', 'built'), b('l3', 'shipped')])], {
  status: 'done',
});

const blockOf = (page: GraphPage, content: string) =>
  [...walk(page.blocks)].find(({ block }) => block.content === content)!.block;
const remove = (page: GraphPage, content: string) => {
  const { siblings, index } = locate(page.blocks, blockOf(page, content).ref)!;
  return siblings.splice(index, 1)[0]!;
};

describe.each([{ ownUuids: false }, { ownUuids: true }])(
  'the writer, on a graph with $ownUuids own uuids',
  (options) => {
    let graph: MemoryGraph;
    let memory: BlockMemory;
    beforeEach(async () => {
      graph = new MemoryGraph(options);
      memory = createBlockMemory();
      await writePage(graph, memory, FIRST);
    });
    const write = (page: PageDoc) => writePage(graph, memory, page);

    it('makes the page as it is meant, and changes nothing when it is written again [core.graph.once]', async () => {
      expect(graph.outline(NAME)).toEqual(['running', 'Log', '  started', '  built']);
      const before = graph.snapshot();
      expect(await write(FIRST)).toEqual({ page: NAME, changed: false });
      expect(graph.snapshot()).toBe(before);
      expect(graph.changes).toBe(1);
    });

    it('changes only what is new', async () => {
      expect(await write(NEXT)).toEqual({ page: NAME, changed: true });
      expect(graph.outline(NAME)).toEqual(['done', 'Log', '  started', '  built', '  shipped']);
      expect((await graph.read(NAME))!.properties).toEqual({ status: 'done' });
    });

    it('leaves a block that a person edited and tells the news beneath it, in one block [core.graph.edits]', async () => {
      graph.edit(NAME, (page) => (blockOf(page, 'running').content = 'running, says ada'));
      await write(FIRST);
      expect(graph.outline(NAME)[0]).toBe('running, says ada');
      expect(graph.outline(NAME)).toHaveLength(4);
      await write(NEXT);
      expect(graph.outline(NAME).slice(0, 2)).toEqual(['running, says ada', '  done']);
      await write(doc([b('now', 'failed'), ...NEXT.blocks.slice(1)]));
      expect(graph.outline(NAME).slice(0, 3)).toEqual(['running, says ada', '  failed', 'Log']);
      await write(FIRST);
      expect(graph.outline(NAME).slice(0, 3)).toEqual(['running, says ada', '  running', 'Log']);
    });

    it('tells further news beneath news that a person edited', async () => {
      graph.edit(NAME, (page) => (blockOf(page, 'running').content = 'mine'));
      await write(NEXT);
      graph.edit(NAME, (page) => (blockOf(page, 'done').content = 'also mine'));
      await write(doc([b('now', 'failed'), ...NEXT.blocks.slice(1)]));
      expect(graph.outline(NAME).slice(0, 3)).toEqual(['mine', '  also mine', '    failed']);
    });

    it('takes the news away when the person agrees with it', async () => {
      graph.edit(NAME, (page) => (blockOf(page, 'running').content = 'mine'));
      await write(NEXT);
      graph.edit(NAME, (page) => (blockOf(page, 'mine').content = 'done'));
      await write(NEXT);
      expect(graph.outline(NAME).slice(0, 2)).toEqual(['done', 'Log']);
    });

    it('leaves a block where a person moved it, and keeps it up to date there [core.graph.edits]', async () => {
      graph.edit(NAME, (page) => blockOf(page, 'built').children.push(remove(page, 'running')));
      if (options.ownUuids) await write(FIRST);
      await write(NEXT);
      expect(graph.outline(NAME)).toEqual(['Log', '  started', '  built', '    done', '  shipped']);
    });

    it('does not make again what a person deleted, nor what belongs beneath it [core.graph.edits]', async () => {
      graph.edit(NAME, (page) => remove(page, 'Log'));
      await write(NEXT);
      expect(graph.outline(NAME)).toEqual(['done']);
    });

    it('takes away what is no longer meant, but not from under a person [core.graph.edits]', async () => {
      graph.edit(NAME, (page) => {
        blockOf(page, 'built').children.push({ ref: 'x', content: 'a note of mine', properties: {}, children: [] });
      });
      await write(doc([b('now', 'done')]));
      expect(graph.outline(NAME)).toEqual(['done', 'Log', '  built', '    a note of mine']);
      graph.edit(NAME, (page) => remove(page, 'a note of mine'));
      await write(doc([b('now', 'done')]));
      expect(graph.outline(NAME)).toEqual(['done']);
      await write(FIRST);
      expect(graph.outline(NAME)).toEqual(['running', 'Log', '  started', '  built']);
    });

    it('puts new blocks in their place between ours, and behind a page that was there before', async () => {
      await write(
        doc([b('now', 'done'), b('new', 'between'), b('log', 'Log', [b('l0', 'first'), b('l1', 'started')])]),
      );
      expect(graph.outline(NAME)).toEqual(['done', 'between', 'Log', '  first', '  started']);

      const other = new MemoryGraph(options);
      await other.change(NAME, null, [{ kind: 'insert', parent: null, after: null, content: 'by hand' }]);
      await writePage(other, createBlockMemory(), FIRST);
      expect(other.outline(NAME)).toEqual(['by hand', 'running', 'Log', '  started', '  built']);
    });

    it('keeps the page properties that a person corrected, removed or had before [core.graph.edits]', async () => {
      graph.edit(NAME, (page) => Object.assign(page.properties, { tags: 'mine', owner: 'ada' }));
      await write(doc(FIRST.blocks, { status: 'done', owner: 'nobody' }));
      expect((await graph.read(NAME))!.properties).toEqual({ status: 'done', tags: 'mine', owner: 'ada' });
      graph.edit(NAME, (page) => (page.properties.status = 'really done'));
      await write(doc(FIRST.blocks, { status: 'closed' }));
      expect((await graph.read(NAME))!.properties.status).toBe('really done');
      graph.edit(NAME, (page) => delete page.properties.status);
      await write(doc(FIRST.blocks, { status: 'open' }));
      expect((await graph.read(NAME))!.properties).toEqual({ tags: 'mine', owner: 'ada' });
    });

    it('takes away a property of ours that is no longer meant', async () => {
      await write(doc(FIRST.blocks, { other: 'x' }));
      expect((await graph.read(NAME))!.properties).toEqual({ other: 'x' });
    });

    it('does not make a page again that a person deleted, but keeps one up to date that is back [core.graph.edits]', async () => {
      const kept = await graph.read(NAME);
      graph.delete(NAME);
      expect(await write(NEXT)).toEqual({ page: null, changed: false });
      expect(await write(NEXT)).toEqual({ page: null, changed: false });
      expect(await graph.read(NAME)).toBeNull();
      await graph.change(NAME, null, []);
      graph.edit(NAME, (page) => Object.assign(page, kept));
      expect(await write(NEXT)).toEqual({ page: NAME, changed: true });
      expect(graph.outline(NAME)[0]).toBe('done');
    });

    it('follows a page that a person renamed [core.graph.edits]', async () => {
      graph.rename(NAME, 'Archive/one');
      expect(await write(NEXT)).toEqual({ page: 'Archive/one', changed: true });
      expect(await graph.read(NAME)).toBeNull();
      graph.rename('Archive/one', NAME);
      expect(await write(FIRST)).toEqual({ page: NAME, changed: true });
      expect(graph.outline(NAME)[0]).toBe('running');
    });

    it('follows it also where another page of the graph is no text [core.graph.edits]', async () => {
      await graph.change('A picture', null, []);
      graph.rename(NAME, 'Archive/one');
      const read = graph.read.bind(graph);
      graph.read = (page) =>
        page === 'A picture' ? Promise.reject(fail('invalid', 'graph.not_text', 'It is no text.')) : read(page);
      expect(await write(NEXT)).toEqual({ page: 'Archive/one', changed: true });
    });

    it('does not take a page for the renamed one because some of its blocks were moved there', async () => {
      const kept = (await graph.read(NAME))!.blocks[0]!;
      graph.delete(NAME);
      await graph.change('Notes', null, [{ kind: 'insert', parent: null, after: null, content: 'mine' }]);
      graph.edit('Notes', (page) => page.blocks.push(kept));
      expect(await write(NEXT)).toEqual({ page: null, changed: false });
      expect(graph.outline('Notes')).toEqual(['mine', 'running']);
    });

    it('adds to a page without touching what else is on it', async () => {
      const add = (key: string) => writePage(graph, memory, doc([b(key, `added ${key}`)]), { partial: true });
      await add('a1');
      await add('a2');
      expect(await add('a1')).toEqual({ page: NAME, changed: false });
      await write(NEXT);
      expect(graph.outline(NAME)).toEqual(['done', 'Log', '  started', '  built', '  shipped', 'added a1', 'added a2']);
      graph.edit(NAME, (page) => remove(page, 'added a1'));
      await add('a1');
      expect(graph.outline(NAME)).not.toContain('added a1');
    });
  },
);

describe('the writer after a crash', () => {
  it('takes its own unfinished work for its own, and nothing is doubled or lost [core.graph.crash]', async () => {
    for (const when of ['before', 'after'] as const) {
      for (const first of [FIRST, undefined]) {
        let armed = false;
        const die = () => {
          if (armed) throw new Error('killed');
        };
        const graph = new MemoryGraph({ [when]: die });
        const memory = createBlockMemory();
        if (first) await writePage(graph, memory, first);
        armed = true;
        await expect(writePage(graph, memory, NEXT)).rejects.toThrow('killed');
        armed = false;
        const last = doc([b('now', 'closed'), ...NEXT.blocks.slice(1)], { status: 'closed' });
        await writePage(graph, memory, last);
        expect(graph.outline(NAME)).toEqual(['closed', 'Log', '  started', '  built', '  shipped']);
        expect((await graph.read(NAME))!.properties).toEqual({ status: 'closed' });
        expect(await writePage(graph, memory, last)).toEqual({ page: NAME, changed: false });
      }
    }
  });

  it('still knows after a crash what a person deleted before the next start', async () => {
    let armed = false;
    const graph = new MemoryGraph({
      after: () => {
        if (armed) throw new Error('killed');
      },
    });
    const memory = createBlockMemory();
    await writePage(graph, memory, FIRST);
    armed = true;
    await expect(writePage(graph, memory, NEXT)).rejects.toThrow('killed');
    armed = false;
    graph.edit(NAME, (page) => remove(page, 'shipped'));
    await writePage(graph, memory, NEXT);
    expect(graph.outline(NAME)).toEqual(['done', 'Log', '  started', '  built']);
  });

  it('reads again when somebody changed the page in between', async () => {
    let left = 3;
    const graph: MemoryGraph = new MemoryGraph({
      before: () => {
        if (left-- > 0) graph.edit(NAME, (page) => (page.blocks[0]!.content += '!'));
      },
    });
    const memory = createBlockMemory();
    left = 0;
    await writePage(graph, memory, FIRST);
    left = 3;
    await writePage(graph, memory, NEXT);
    expect(graph.outline(NAME)).toEqual(['running!!!', '  done', 'Log', '  started', '  built', '  shipped']);
  });
});
