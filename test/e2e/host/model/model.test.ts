import { describe, expect, it } from 'vitest';
import { createModel, type ChangeEvent, type Model } from './model.ts';

interface Entity {
  uuid: string;
  content: string;
  fullTitle?: string;
  children: Entity[];
  'preBlock?'?: boolean;
}

const YAML = 'settings\n```yaml\na:\n  b: 1\n```';
const FLAT = 'settings\n```yaml\na:\nb: 1\n```';
const UUID = '00000000-0000-4000-8000-000000000001';

const tree = (model: Model, page: string) => model.call('logseq.Editor.getPageBlocksTree', [page]) as Promise<Entity[]>;
const texts = (blocks: readonly Entity[]): unknown[] =>
  blocks.flatMap(({ content, children }) => (children.length > 0 ? [content, texts(children)] : [content]));
const create = (model: Model, page: string, properties = {}) =>
  model.call('logseq.Editor.createPage', [page, properties, { redirect: false }]);
/** Ends the edit mode that comes a moment after an insertion. */
const settle = async (model: Model) => {
  await new Promise((resolve) => setTimeout(resolve, 0));
  await model.call('logseq.Editor.exitEditingMode');
};

const KINDS = [
  { kind: 'file', hostAge: 'old' },
  { kind: 'file', hostAge: 'new' },
  { kind: 'db', hostAge: 'new' },
] as const;

describe.each(KINDS)('the model of a $kind graph on a $hostAge host [ui.model.unkind]', (options) => {
  it('strips the first level of indentation of a batch, and leaves its last block in edit mode', async () => {
    const model = createModel(options);
    await create(model, 'Notes');
    const [first] = await tree(model, 'Notes');
    expect(first!.content).toBe('');
    const batch = [{ content: YAML, children: [{ content: 'inside' }] }, { content: 'last' }];
    const result = await model.call('logseq.Editor.insertBatchBlock', [first!.uuid, batch, { sibling: true }]);
    expect(Array.isArray(result)).toBe(options.kind === 'db');
    await new Promise((resolve) => setTimeout(resolve, 0));
    const after = await tree(model, 'Notes');
    // An old host also puts the first one in the place of the empty block.
    expect(texts(after)).toEqual([...(options.hostAge === 'old' ? [] : ['']), FLAT, ['inside'], 'last']);
    expect(await model.call('logseq.Editor.checkEditing')).toBe(after.at(-1)!.uuid);
    await model.call('logseq.Editor.updateBlock', [after.at(-2)!.uuid, YAML]);
    expect((await tree(model, 'Notes')).at(-2)!.content).toBe(YAML);
    await settle(model);
    const steps = model.undoSteps;
    expect(model.undo()).toBe(true);
    expect(model.undo()).toBe(true);
    expect(texts(await tree(model, 'Notes'))).toEqual(['']);
    expect(model.undoSteps).toBe(steps - 2);
  });

  it('takes a uuid that is asked for where the host can, and lists children without their text', async () => {
    const model = createModel(options);
    await create(model, 'Notes');
    await model.call('logseq.Editor.appendBlockInPage', ['Notes', 'mine', { customUUID: UUID }]);
    const mine = (await tree(model, 'Notes')).find(({ content }) => content.startsWith('mine'))!;
    expect(mine.uuid === UUID).toBe(options.hostAge === 'new');
    await model.call('logseq.Editor.insertBlock', [mine.uuid, 'child', { sibling: false }]);
    const block = (await model.call('logseq.Editor.getBlock', [mine.uuid])) as { children: unknown[] };
    expect(block.children).toEqual([['uuid', expect.any(String)]]);
    await settle(model);
  });

  it('keeps what a person types until the cursor leaves', async () => {
    const model = createModel(options);
    await create(model, 'Notes');
    const [first] = await tree(model, 'Notes');
    model.edit(first!.uuid);
    model.type('typed');
    expect(texts(await tree(model, 'Notes'))).toEqual(['']);
    await model.call('logseq.Editor.exitEditingMode');
    expect(texts(await tree(model, 'Notes'))).toEqual(['typed']);
  });

  it('has no graph unless told, and no method that this host lacks', async () => {
    const model = createModel(options);
    expect(await model.call('logseq.App.getCurrentGraph')).toBeNull();
    await expect(model.call('logseq.Editor.noSuchThing')).rejects.toThrow('MethodNotExist');
    const templates = model.call('logseq.App.existTemplate', ['x']);
    if (options.kind === 'file' && options.hostAge === 'new') expect(await templates).toBe(false);
    else await expect(templates).rejects.toThrow('MethodNotExist');
    const isDb = model.call('logseq.App.checkCurrentIsDbGraph');
    if (options.kind === 'db') expect(await isDb).toBe(true);
    else await expect(isDb).rejects.toThrow('MethodNotExist');
  });

  it('tells of changes, but not of deletions nor of very many', async () => {
    const model = createModel({ ...options, changes: 'empty' });
    const heard: ChangeEvent[] = [];
    await create(model, 'Notes');
    const stop = model.onChanged((event) => heard.push(event));
    const [first] = await tree(model, 'Notes');
    await model.call('logseq.Editor.updateBlock', [first!.uuid, 'x']);
    expect(heard).toHaveLength(1);
    expect(heard[0]!.txData).toEqual([]);
    const many = Array.from({ length: 1_001 }, (_, i) => ({ content: `block ${i}` }));
    await model.call('logseq.Editor.insertBatchBlock', [first!.uuid, many, { sibling: true }]);
    await model.call('logseq.Editor.removeBlock', [first!.uuid]);
    expect(heard).toHaveLength(1);
    stop();
    await settle(model);
  });
});

describe('the model of a file graph', () => {
  it('begins a page whose name has a slash with a title, and names its parents too', async () => {
    const model = createModel({ kind: 'file', hostAge: 'new' });
    await create(model, 'Runs/one');
    const [title, empty] = await tree(model, 'Runs/one');
    expect(title).toMatchObject({ content: 'title:: Runs/one', 'preBlock?': true });
    expect(empty!.content).toBe('');
    expect(await tree(model, 'Runs')).toEqual([]);
    await settle(model);
    expect(model.markdown('Runs/one')).toBe('title:: Runs/one\n\n-\n');
  });

  it('loses the properties of a block that is updated without them', async () => {
    const model = createModel({ kind: 'file', hostAge: 'new' });
    await create(model, 'Notes');
    const [first] = await tree(model, 'Notes');
    await model.call('logseq.Editor.updateBlock', [first!.uuid, 'text\ndue:: now']);
    expect(await model.call('logseq.Editor.getBlockProperties', [first!.uuid])).toEqual({ due: 'now' });
    await model.call('logseq.Editor.updateBlock', [first!.uuid, 'other']);
    expect(await model.call('logseq.Editor.getBlockProperties', [first!.uuid])).toEqual({});
  });
});

describe('the model of a DB graph', () => {
  it('keeps properties as entities that must fit, and gives their values when asked', async () => {
    const model = createModel({ kind: 'db', hostAge: 'new', pluginId: 'stagebook' });
    await create(model, 'Notes');
    const [first] = await tree(model, 'Notes');
    await model.call('logseq.Editor.upsertProperty', ['status', { type: 'default', cardinality: 'one' }]);
    await model.call('logseq.Editor.upsertBlockProperty', [first!.uuid, 'status', 'running']);
    const call = model.call('logseq.Editor.upsertBlockProperty', [first!.uuid, 'status', ['a', 'b']]);
    await expect(call).rejects.toThrow('cardinality');
    const [block] = (await tree(model, 'Notes')) as unknown as Record<string, unknown>[];
    expect(block![':plugin.property.stagebook/status']).toEqual({ id: expect.any(Number) });
    expect(await model.call('logseq.Editor.getBlockProperties', [first!.uuid])).toEqual({
      ':plugin.property.stagebook/status': 'running',
    });
  });

  it('makes pages of the parts of a name, keeps references as uuids, and what is deleted in a bin', async () => {
    const model = createModel({ kind: 'db', hostAge: 'new' });
    const page = (await create(model, 'Runs/one')) as { title: string; parent: unknown };
    expect(page).toMatchObject({ title: 'one', parent: { id: expect.any(Number) } });
    expect(await model.call('logseq.Editor.getPage', ['Runs/one'])).toBeUndefined();
    await expect(create(model, 'with #tag')).rejects.toThrow('#');
    const [first] = await tree(model, 'one');
    await model.call('logseq.Editor.updateBlock', [first!.uuid, 'see [[Other]]']);
    const [block] = await tree(model, 'one');
    expect(block!.content).toMatch(/^see \[\[[0-9a-f-]{36}]]$/);
    expect(block!.fullTitle).toBe('see [[Other]]');
    await model.call('logseq.Editor.deletePage', ['one']);
    expect(await model.call('logseq.Editor.getPage', ['one'])).toHaveProperty(':logseq.property/deleted-at');
  });
});
