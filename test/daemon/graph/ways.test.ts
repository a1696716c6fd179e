import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Change, Graph, GraphBlock } from '../../../daemon/graph/graph.ts';
import { openHttpApi } from '../../../daemon/graph/http-api.ts';
import { liveHost } from '../../../daemon/graph/live.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import { pageKinds } from '../../../daemon/pages/index.ts';
import type { PageDoc } from '../../../daemon/pages/page.ts';
import type { Json } from '../../../shared/json.ts';
import { slimLogseqAnswer } from '../../../shared/logseq/answer.ts';
import { createModel, type ModelOptions } from '../../e2e/host/model/model.ts';
import { hostileData } from '../pages/hostile-data.ts';
import { makeHostileIncident } from '../pages/hostile-incident.ts';
import { agree, create, releaseWorkflow, sourceOf } from '../pages/runs.ts';
import { serveLogseq } from './logseq-server.ts';
import { modelHost } from './model-host.ts';

type Dispose = () => Promise<void>;

/** Every way to a graph. */
const WAYS: Record<string, () => Promise<{ graph: Graph; dispose: Dispose }>> = {
  'a folder': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stagebook-ways-'));
    return { graph: await openFolder(folder), dispose: () => rm(folder, { recursive: true, force: true }) };
  },
  'Logseq (file, old)': () => overModel({ kind: 'file', hostAge: 'old' }),
  'Logseq (file, new)': () => overModel({ kind: 'file', hostAge: 'new' }),
  'Logseq (db)': () => overModel({ kind: 'db', hostAge: 'new', pluginId: 'stagebook' }),
  'the plugin (file)': () => overPlugin({ kind: 'file', hostAge: 'new' }),
  'the plugin (db)': () => overPlugin({ kind: 'db', hostAge: 'new', pluginId: 'stagebook' }),
  'HTTP (file)': () => overHttp({ kind: 'file', hostAge: 'new' }),
  'HTTP (db)': () => overHttp({ kind: 'db', hostAge: 'new' }),
};

async function overModel(options: ModelOptions) {
  return { graph: await openLogseq(modelHost(createModel(options)), { id: 'g' }), dispose: () => Promise.resolve() };
}

async function overPlugin(options: ModelOptions) {
  const model = createModel(options);
  const call = async (method: string, args: Json[]) =>
    slimLogseqAnswer(method, ((await model.call(method, args)) ?? null) as Json);
  const graph = await openLogseq(liveHost({ call, closed: new AbortController().signal }), { id: 'g' });
  return { graph, dispose: () => graph.close() };
}

async function overHttp(options: ModelOptions) {
  const server = await serveLogseq(createModel(options), { tokens: ['t'] });
  const graph = await openLogseq(openHttpApi({ url: server.url, token: () => Promise.resolve('t') }), { id: 'g' });
  return { graph, dispose: () => server.close() };
}

const outline = (blocks: readonly GraphBlock[], depth = 0): string[] =>
  blocks.flatMap((block) => [
    `${'  '.repeat(depth)}${block.content}${JSON.stringify(block.properties)}`,
    ...outline(block.children, depth + 1),
  ]);

/** What a person sees of a page; the title is how a file says its name, where the name gives no file name. */
async function seen(graph: Graph, name: string) {
  const page = (await graph.read(name))!;
  const { title: _, ...properties } = page.properties;
  return { name: page.name, properties, blocks: outline(page.blocks) };
}

describe('the pages of a run', () => {
  /** The pages at three moments: waiting for a person, agreed, and done. */
  const moments: PageDoc[][] = [];
  let remove: () => void;
  beforeAll(async () => {
    const test = await create();
    remove = () => test.remove();
    const { run } = await test.run(releaseWorkflow());
    await makeHostileIncident(test, run);
    const render = (): PageDoc[] =>
      pageKinds.map((kind) => {
        const source = sourceOf(test, run, hostileData[kind.kind] ?? {}, {
          state: structuredClone(test.engine.state(run)),
          incidents: () => [test.engine.state(run).incident!],
        });
        return { ...kind.render(source), name: kind.name(source) };
      });
    moments.push(render());
    await agree(test, run);
    moments.push(render());
  });
  afterAll(() => remove());

  it('come out the same by all ways, at every moment, and a second writing changes nothing [ui.graph.ways]', async () => {
    const results = new Map<string, unknown>();
    for (const [way, open] of Object.entries(WAYS)) {
      const { graph, dispose } = await open();
      try {
        const memory = createBlockMemory();
        const states: unknown[] = [];
        for (const docs of moments) {
          for (const doc of docs) {
            const { changed } = await writePage(graph, memory, doc);
            expect(await writePage(graph, memory, doc), `${way}: ${doc.name}, again`).toMatchObject({ changed: false });
            states.push({ changed, ...(await seen(graph, doc.name)) });
          }
        }
        results.set(way, states);
      } finally {
        await dispose();
      }
    }
    const folder = results.get('a folder');
    for (const [way, states] of results) expect(states, way).toEqual(folder);
  }, 60_000);

  it('keep what a person made of them, by all ways [ui.graph.edits]', async () => {
    const results = new Map<string, unknown>();
    for (const [way, open] of Object.entries(WAYS)) {
      const { graph, dispose } = await open();
      try {
        const memory = createBlockMemory();
        const [before, after] = [moments[0]![0]!, moments[1]![0]!];
        await writePage(graph, memory, before);
        const page = (await graph.read(before.name))!;
        const [first, second, third] = page.blocks;
        const edits: Change[] = [
          { kind: 'update', ref: first!.ref, content: `${first!.content} (says Ada)` },
          { kind: 'insert', parent: second!.ref, after: null, content: 'a note of mine' },
          { kind: 'properties', properties: { mine: 'x' } },
          { kind: 'remove', ref: third!.ref },
        ];
        await graph.change(page.name, page.revision, edits);
        await writePage(graph, memory, after);
        const edited = await seen(graph, before.name);
        expect(
          edited.blocks.some((line) => line.includes('(says Ada)')),
          way,
        ).toBe(true);
        expect(
          edited.blocks.some((line) => line.includes('a note of mine')),
          way,
        ).toBe(true);
        expect(edited.properties, way).toMatchObject({ mine: 'x', status: after.properties.status });
        expect(await writePage(graph, memory, after), way).toMatchObject({ changed: false });
        results.set(way, edited);
      } finally {
        await dispose();
      }
    }
    const folder = results.get('a folder');
    for (const [way, edited] of results) expect(edited, way).toEqual(folder);
  }, 60_000);
});
