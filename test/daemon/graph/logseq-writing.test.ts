import { describe, expect, it } from 'vitest';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import type { Graph, GraphBlock } from '../../../daemon/graph/graph.ts';
import type { LogseqHost } from '../../../daemon/graph/host.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import type { DocBlock, PageDoc } from '../../../daemon/pages/page.ts';
import { fail } from '../../../shared/failure.ts';
import { createModel, type Model, type ModelBlock, type ModelOptions } from '../../e2e/host/model/model.ts';
import { blocksIn } from '../../e2e/host/model/store.ts';
import { modelHost } from './model-host.ts';

const HOSTS: readonly ModelOptions[] = [
  { kind: 'file', hostAge: 'old' },
  { kind: 'file', hostAge: 'new' },
  { kind: 'db', hostAge: 'new', pluginId: 'stagebook' },
];
const NAME = 'Runs/one';
const YAML = 'settings\n```yaml\na:\n  b:\n    - c\n```';

const b = (key: string, content: string, children: DocBlock[] = []): DocBlock => ({ key, content, children });
const doc = (blocks: DocBlock[], properties: Record<string, string> = {}): PageDoc => ({
  name: NAME,
  properties,
  blocks,
});
const many = (count: number, prefix = 'line'): DocBlock[] =>
  Array.from({ length: count }, (_, i) => b(`${prefix}${i}`, `${prefix} ${i}`));
const outline = (blocks: readonly GraphBlock[], depth = 0): string[] =>
  blocks.flatMap(({ content, children }) => [`${'  '.repeat(depth)}${content}`, ...outline(children, depth + 1)]);
const blockOf = (model: Model, content: string): ModelBlock =>
  model.pages.flatMap(({ children }) => [...blocksIn(children)]).find((block) => block.content.startsWith(content))!;

describe.each(HOSTS)('writing through Logseq ($kind, $hostAge)', (options) => {
  const open = async (more: Partial<ModelOptions> = {}) => {
    const calls: string[] = [];
    const model = createModel({ ...options, before: (method) => void calls.push(method), ...more });
    const graph = await openLogseq(modelHost(model), { id: 'g', kind: options.kind });
    const memory = createBlockMemory();
    const write = (page: PageDoc) => writePage(graph, memory, page);
    return { model, graph, memory, write, calls };
  };
  const read = async (graph: Graph) => outline((await graph.read(NAME))!.blocks);

  it('keeps indentation that a batch would lose, at any depth [ui.graph.indentation]', async () => {
    const { graph, write } = await open();
    await write(doc([b('a', 'first', [b('b', YAML), b('c', 'after', [b('d', YAML)])]), b('e', YAML)]));
    expect(await read(graph)).toEqual(['first', `  ${YAML}`, '  after', `    ${YAML}`, YAML]);
  });

  it('writes many blocks in chunks, each one step for undo, and leaves no block in edit mode [ui.graph.chunks]', async () => {
    const { model, graph, write, calls } = await open();
    const blocks = [b('log', 'Log', many(450)), ...many(30, 'end')];
    await write(doc(blocks));
    expect(await read(graph)).toEqual([
      'Log',
      ...many(450).map((x) => `  ${x.content}`),
      ...many(30, 'end').map((x) => x.content),
    ]);
    expect(model.editing).toBeNull();
    expect(calls.filter((method) => method === 'insertBatchBlock').length).toBeLessThanOrEqual(5);
    const steps = model.undoSteps;
    await write(doc([...blocks, ...many(100, 'more')]));
    expect(model.undoSteps).toBe(steps + 1);
    model.undo();
    expect(await read(graph)).toHaveLength(481);
  });

  it('does not write into the block that is being edited, and does so afterwards [ui.graph.editing]', async () => {
    const { model, graph, write } = await open();
    await write(doc([b('now', 'running'), b('log', 'Log')]));
    const { uuid } = blockOf(model, 'running');
    model.edit(uuid);
    const next = doc([b('now', 'done'), b('log', 'Log')]);
    await expect(write(next)).rejects.toMatchObject({ code: 'graph.editing', failure: { retryable: true } });
    expect(await read(graph)).toEqual(['running', 'Log']);
    expect(model.editing?.uuid).toBe(uuid);
    model.edit(null);
    await write(next);
    expect(await read(graph)).toEqual(['done', 'Log']);
  });

  it('takes nobody’s cursor: it changes other blocks meanwhile, and adds some only where that does not move it', async () => {
    const { model, graph, write } = await open();
    await write(doc([b('now', 'running'), b('log', 'Log')]));
    await write(doc([b('now', 'running'), b('log', 'Log', [b('l0', 'one')])]));
    const { uuid } = blockOf(model, 'Log');
    model.edit(uuid);
    model.type(model.editing!.text.replace('Log', 'Log of mine'));
    await write(doc([b('now', 'done'), b('log', 'Log', [b('l0', 'one')])]));
    expect((await read(graph))[0]).toBe('done');
    const adding = write(doc([b('now', 'done'), b('log', 'Log', [b('l0', 'one'), b('l1', 'two')])]));
    if (options.hostAge === 'old') await expect(adding).rejects.toMatchObject({ code: 'graph.editing' });
    else await adding;
    expect(model.editing).toMatchObject({ uuid, text: expect.stringContaining('of mine') });
    model.edit(null);
    await write(doc([b('now', 'done'), b('log', 'Log', [b('l0', 'one'), b('l1', 'two')])]));
    expect(await read(graph)).toEqual(['done', expect.stringContaining('of mine'), '  one', '  two']);
  });

  it('fills the page that begins with an empty block, and asks for nothing twice when written again', async () => {
    const { model, write, calls } = await open();
    const page = doc([b('now', 'running', [b('x', 'x', [b('y', 'y')])])], { status: 'running', type: 'run' });
    await write(page);
    expect(model.pages.flatMap(({ children }) => children).filter(({ content }) => content === '')).toEqual([]);
    const steps = model.undoSteps;
    calls.length = 0;
    expect(await write(page)).toEqual({ page: NAME, changed: false });
    expect(model.undoSteps).toBe(steps);
    expect(calls.filter((method) => /insert|update|remove|upsert|create|append/i.test(method))).toEqual([]);
  });

  it('goes on where it was when Logseq goes away in the middle: nothing is doubled, lost or taken for a person’s [ui.graph.piecemeal]', async () => {
    const first = doc([b('now', 'running'), b('log', 'Log', [b('l', 'started')])], { status: 'running' });
    const next = doc(
      [
        b('now', 'done'),
        b('set', YAML),
        b('log', 'Log', [b('l', 'started'), b('m', 'built', many(250))]),
        b('end', 'end'),
      ],
      { status: 'done', more: 'x' },
    );
    const last = doc([b('now', 'closed'), ...next.blocks.slice(1)], { status: 'closed', more: 'x' });
    for (let after = 1; ; after += 1) {
      const model = createModel(options);
      let left = Infinity;
      const host = modelHost(model);
      const dying: LogseqHost = {
        call(method, args) {
          if (/insert|update|remove|upsert/i.test(method)) left -= 1;
          if (left < 0) return Promise.reject(fail('unavailable', 'graph.away', 'gone'));
          return host.call(method, args);
        },
      };
      const memory = createBlockMemory();
      const graph = await openLogseq(dying, { id: 'g', kind: options.kind });
      await writePage(graph, memory, first);
      left = after;
      const isDone = await writePage(graph, memory, next).then(
        () => true,
        (error: { code: string }) => {
          expect(error.code).toBe('graph.away');
          return false;
        },
      );
      left = Infinity;
      model.edit(null);
      await writePage(graph, memory, last);
      const page = (await graph.read(NAME))!;
      expect(outline(page.blocks), `after ${after} changes`).toEqual([
        'closed',
        YAML,
        'Log',
        '  started',
        '  built',
        ...many(250).map(({ content }) => `    ${content}`),
        'end',
      ]);
      expect(page.properties).toMatchObject({ status: 'closed', more: 'x' });
      if (isDone) break;
    }
  }, 60_000);

  it('undoes what it did when Logseq refuses something in the middle [ui.graph.undone]', async () => {
    const { graph, write } = await open();
    await write(doc([b('now', 'running'), b('log', 'Log')], { status: 'running' }));
    const before = (await graph.read(NAME))!;
    let refuse = false;
    const model = createModel({
      ...options,
      before: (method) => {
        if (refuse && method === 'removeBlock') {
          refuse = false;
          throw new Error('no');
        }
      },
    });
    const other = await openLogseq(modelHost(model), { id: 'g', kind: options.kind });
    const made = await other.change(NAME, null, [
      { kind: 'properties', properties: { status: 'running' } },
      { kind: 'insert', parent: null, after: null, content: 'one' },
      { kind: 'insert', parent: null, after: null, content: 'zero' },
    ]);
    refuse = true;
    const call = other.change(NAME, made.revision, [
      { kind: 'properties', properties: { status: 'done', more: 'x' } },
      { kind: 'update', ref: made.blocks[0]!.ref, content: 'ZERO' },
      { kind: 'insert', parent: null, after: null, content: 'new' },
      { kind: 'remove', ref: made.blocks[1]!.ref },
    ]);
    await expect(call).rejects.toMatchObject({ code: 'graph.host_error' });
    expect(await other.read(NAME)).toEqual(made);
    expect(await graph.read(NAME)).toEqual(before);
  });
});

describe('a DB graph through Logseq', () => {
  const open = async () => {
    const model = createModel({ kind: 'db', hostAge: 'new', pluginId: 'stagebook' });
    return { model, graph: await openLogseq(modelHost(model), { id: 'g', kind: 'db' }) };
  };
  const make = (graph: Graph, page: string, content: string) =>
    graph.change(page, null, [{ kind: 'insert', parent: null, after: null, content }]);

  it('tells pages of one title apart by what they are under', async () => {
    const { graph } = await open();
    for (const name of ['one', 'Runs/one', 'Reviews/one', 'Runs/one/one']) await make(graph, name, `of ${name}`);
    for (const name of ['Runs/one', 'Reviews/one', 'one', 'Runs/one/one']) {
      expect(await graph.read(name)).toMatchObject({ name, blocks: [{ content: `of ${name}` }] });
    }
    expect(await graph.read('Other/one')).toBeNull();
  });

  it('says that Logseq makes no page whose title one under another has', async () => {
    const { graph } = await open();
    await make(graph, 'Runs/one', 'mine');
    await expect(make(graph, 'one', 'other')).rejects.toMatchObject({ code: 'graph.bad_name' });
    expect(await graph.read('Runs/one')).toMatchObject({ blocks: [{ content: 'mine' }] });
  });

  it('finds the page, and not another that is only named like the whole of its name', async () => {
    const { model, graph } = await open();
    await make(graph, 'Runs/one', 'mine');
    await model.call('logseq.Editor.createTag', ['Other']);
    model.person(() => void (model.page('Other')!.title = 'Runs/one'));
    expect(await graph.read('Runs/one')).toMatchObject({ blocks: [{ content: 'mine' }] });
  });

  it('takes a page in the recycle bin for none, and does not write over what comes out of it', async () => {
    const { model, graph } = await open();
    await make(graph, 'Notes', 'old');
    await model.call('logseq.Editor.deletePage', ['Notes']);
    expect(await graph.read('Notes')).toBeNull();
    expect(await Array.fromAsync(graph.pages())).not.toContain('Notes');
    await expect(make(graph, 'Notes', 'new')).rejects.toMatchObject({ code: 'graph.bad_name' });
    await model.call('logseq.Editor.restorePage', ['Notes']);
    expect(await graph.read('Notes')).toMatchObject({ blocks: [{ content: 'old' }] });
  });

  it('has tasks that are tasks, and follows what a person makes of their status', async () => {
    const { model, graph } = await open();
    const page = await make(graph, 'Tasks', 'TODO look at it');
    const block = model.block(page.blocks[0]!.ref)!;
    expect(block.content).toBe('look at it');
    expect(block.properties.get('logseq.property/status')).toBe('Todo');
    await model.call('logseq.Editor.upsertBlockProperty', [block.uuid, 'logseq.property/status', 'Done']);
    const done = (await graph.read('Tasks'))!;
    expect(done.blocks[0]!.content).toBe('DONE look at it');
    const text = await graph.change('Tasks', done.revision, [{ kind: 'update', ref: block.uuid, content: 'seen' }]);
    expect(text.blocks[0]!.content).toBe('seen');
    expect(block.tags.size).toBe(0);
  });
});
