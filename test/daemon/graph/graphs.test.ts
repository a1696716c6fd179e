import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { createGraphs, type Graphs } from '../../../daemon/graph/graphs.ts';
import { openHttpApi } from '../../../daemon/graph/http-api.ts';
import { createPageService } from '../../../daemon/graph/page-service.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { sqliteOutboxStore } from '../../../daemon/journal/outbox-store.ts';
import { pageKinds } from '../../../daemon/pages/index.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { logseqGraphId } from '../../../shared/logseq/graph.ts';
import type { Json } from '../../../shared/json.ts';
import { createModel, type Model, type ModelOptions } from '../../e2e/host/model/model.ts';
import { agree, create, releaseWorkflow } from '../pages/runs.ts';
import { serveLogseq, type LogseqServer } from './logseq-server.ts';

const DB = 'logseq_db_notes';
const RUN_PAGE = 'Runs/2026-01-05 1 Package release';

describe('the graphs', () => {
  let folder: string;
  let clock: SimulatedClock;
  let graphs: Graphs;
  let woken: string[];
  let problems: string[];
  let server: LogseqServer | undefined;
  const dispose: (() => Promise<void>)[] = [];

  const make = (http?: string): Graphs =>
    createGraphs({
      clock,
      folders: [folder],
      openFolder,
      ...(http !== undefined && { http: openHttpApi({ url: http, token: () => Promise.resolve('t') }) }),
      wake: (id) => woken.push(id),
      onProblem: (problem) => problems.push(problem),
    });
  const modelOf = (options: Partial<ModelOptions> = {}): Model =>
    createModel({
      kind: 'file',
      hostAge: 'new',
      graph:
        options.kind === 'db'
          ? { name: 'notes', url: DB, path: '/somewhere/notes' }
          : { name: 'notes', url: `logseq_local_${folder}`, path: folder },
      ...options,
    });
  const attach = (model: Model, id: string, kind: 'file' | 'db') => {
    const control = new AbortController();
    const call = async (method: string, args: Json[]) => ((await model.call(method, args)) ?? null) as Json;
    const detach = graphs.attach({ id, name: 'notes', kind }, { call, closed: control.signal });
    return { detach, leave: () => control.abort() };
  };
  const page = (content: string) => ({ name: 'Page', properties: {}, blocks: [{ key: 'k', content }] });

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'stagebook-graphs-')));
    clock = new SimulatedClock();
    woken = [];
    problems = [];
    graphs = make();
  });
  afterEach(async () => {
    await graphs.close();
    for (const each of dispose.splice(0)) await each();
    await server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  it('are written through Logseq while it has them open, and as files else, with one memory of it [ui.graph.best-way]', async () => {
    const model = modelOf();
    const memory = createBlockMemory();
    const asFiles = await graphs.open(folder);
    await writePage(asFiles, memory, page('one'));
    expect(graphs.list()).toEqual([{ id: folder, name: expect.any(String), kind: 'file', by: 'folder' }]);

    const { leave } = attach(model, folder, 'file');
    expect(woken).toEqual([folder]);
    expect(graphs.list()).toEqual([{ id: folder, name: 'notes', kind: 'file', by: 'plugin' }]);
    const live = await graphs.open(folder);
    expect(live).not.toBe(asFiles);
    expect(live.id).toBe(asFiles.id);
    // Logseq has read the folder's files; here it is given the page by hand.
    const { uuid } = (await asFiles.read('Page'))!.blocks[0]!;
    await model.call('logseq.Editor.createPage', ['Page', {}, { createFirstBlock: false }]);
    await model.call('logseq.Editor.appendBlockInPage', ['Page', 'one', { customUUID: uuid }]);
    model.edit(null);
    await new Promise((resolve) => setTimeout(resolve, 0));
    model.edit(null);
    expect(await writePage(live, memory, page('one'))).toEqual({ page: 'Page', changed: false });
    expect(await writePage(live, memory, page('two'))).toEqual({ page: 'Page', changed: true });
    expect(model.markdown('Page')).toContain('- two');
    expect((await asFiles.read('Page'))!.blocks[0]!.content).toBe('one');

    leave();
    expect(await graphs.open(folder)).toBe(asFiles);
  });

  it('are the same however their folder is spelt', async () => {
    const link = `${folder}-link`;
    await symlink(folder, link, 'junction');
    dispose.push(() => rm(link));
    const { detach } = attach(modelOf(), link, 'file');
    const live = await graphs.open(folder);
    expect(await graphs.open(link)).toBe(live);
    expect(live.id).toBe(`folder:${folder}`);
    expect(woken.toSorted()).toEqual([folder, link].toSorted());
    detach();
    expect((await graphs.open(link)).id).toBe(live.id);
  });

  it('stay with the other window when one of two closes', async () => {
    const first = attach(modelOf({ kind: 'db' }), DB, 'db');
    const second = attach(modelOf({ kind: 'db' }), DB, 'db');
    const one = await graphs.open(DB);
    second.leave();
    const other = await graphs.open(DB);
    expect(other).not.toBe(one);
    first.leave();
    await expect(graphs.open(DB)).rejects.toMatchObject({ code: 'graph.away', failure: { retryable: true } });
    expect(graphs.list().map(({ id }) => id)).toEqual([folder]);
  });

  it('that are databases are away while Logseq has them not open, and never taken for a folder', async () => {
    await expect(graphs.open(DB)).rejects.toMatchObject({ code: 'graph.away', failure: { retryable: true } });
    expect(logseqGraphId('db', { name: 'notes', url: DB, path: folder })).toBe(DB);
    expect(logseqGraphId('db', { name: 'notes' })).toBe(DB);
    expect(logseqGraphId('file', { name: 'notes', path: `${folder}/` })).toBe(folder);
    expect(logseqGraphId('file', null)).toBeNull();
  });

  it('are never another one that the person has switched to meanwhile [ui.graph.switch]', async () => {
    const graph = { name: 'notes', url: DB, path: '/somewhere/notes' };
    const model = modelOf({ kind: 'db', graph });
    const { detach } = attach(model, DB, 'db');
    const live = await graphs.open(DB);
    const memory = createBlockMemory();
    await writePage(live, memory, page('one'));
    const { revision } = (await live.read('Page'))!;
    Object.assign(graph, { name: 'other', url: 'logseq_db_other' });
    const steps = model.undoSteps;
    const away = { code: 'graph.away', failure: { retryable: true } };
    await expect(live.read('Page')).rejects.toMatchObject(away);
    await expect(live.change('Page', revision, [{ kind: 'properties', properties: { a: 'b' } }])).rejects.toMatchObject(
      away,
    );
    await expect(Array.fromAsync(live.pages())).rejects.toMatchObject(away);
    await expect(writePage(live, memory, page('two'))).rejects.toMatchObject(away);
    expect(model.undoSteps).toBe(steps);
    Object.assign(graph, { name: 'notes', url: DB });
    expect(await writePage(live, memory, page('two'))).toEqual({ page: 'Page', changed: true });
    detach();
    await expect(live.read('Page')).rejects.toMatchObject(away);
  });

  it('are written over HTTP where no plugin is, found when Logseq starts [ui.graph.best-way]', async () => {
    const model = modelOf({ kind: 'db' });
    server = await serveLogseq(model, { tokens: ['t'] });
    const { url } = server;
    await server.close();
    await graphs.close();
    graphs = make(url);
    await expect(graphs.open(DB)).rejects.toMatchObject({ code: 'graph.away' });
    expect(problems).toEqual([]);
    server = await serveLogseq(model, { tokens: ['t'], port: Number(new URL(url).port) });
    clock.advanceTo(clock.now() + 15_000);
    await expect.poll(() => woken).toEqual([DB]);
    const overHttp = await graphs.open(DB);
    expect(graphs.list()).toContainEqual({ id: DB, name: 'notes', kind: 'db', by: 'http' });
    attach(model, DB, 'db');
    expect(await graphs.open(DB)).not.toBe(overHttp);
  });

  it('are not written over an HTTP server that lets everybody in: files are, and it is told once', async () => {
    server = await serveLogseq(modelOf(), { tokens: null });
    await graphs.close();
    graphs = make(server.url);
    for (let i = 0; i < 3; i += 1) {
      await writePage(await graphs.open(folder), createBlockMemory(), page('one'));
    }
    await expect(graphs.open(DB)).rejects.toMatchObject({ code: 'graph.away' });
    expect(problems).toEqual([expect.stringContaining('authorization token')]);
    expect(server.asked.every(({ method }) => method === 'logseq.App.getCurrentGraph')).toBe(true);
  });

  it('get what they are owed as soon as Logseq opens, and when who was writing has moved on [ui.graph.outbox]', async () => {
    const test = await create();
    dispose.push(() => Promise.resolve(test.remove()));
    await graphs.close();
    const pages = createPageService({
      store: sqliteOutboxStore(test.database),
      memory: sqliteBlockMemory(test.database),
      clock,
      kinds: pageKinds,
      zone: 'UTC',
      graph: (id) => graphs.open(id),
      runs: {
        state: (run) => test.engine.state(run),
        definition: (run) => test.engine.definition(run),
        events: (run) => test.engine.events(run),
        since: (pos, limit) => test.journal.since(pos, limit),
      },
      onProblem: (problem) => problems.push(problem),
    });
    graphs = createGraphs({ clock, folders: [], openFolder, wake: (id) => pages.wake(id) });
    test.engine.subscribe({ events: (events) => pages.note(events) });
    pages.open();
    dispose.push(() => pages.close());
    const { run } = await test.run(releaseWorkflow(), {}, { graph: DB });
    await pages.flush();
    expect(problems).toEqual([expect.stringContaining('is not open in Logseq')]);

    const model = modelOf({ kind: 'db', pluginId: 'stagebook' });
    attach(model, DB, 'db');
    await pages.flush();
    const written = await (await graphs.open(DB)).read(RUN_PAGE);
    expect(written).toMatchObject({ properties: { status: 'waiting' } });

    // Somebody writes in a block that is about to change.
    model.edit(written!.blocks[0]!.ref);
    await agree(test, run);
    problems.length = 0;
    await pages.flush();
    expect(problems).toEqual([expect.stringContaining('Somebody is writing')]);
    model.edit(null);
    graphs.changed(DB);
    graphs.changed(DB);
    await pages.flush();
    expect(await (await graphs.open(DB)).read(RUN_PAGE)).toMatchObject({ properties: { status: 'waiting' } });
    clock.advanceTo(clock.now() + 2_000);
    await pages.flush();
    expect(await (await graphs.open(DB)).read(RUN_PAGE)).toMatchObject({ properties: { status: 'completed' } });
  });
});
