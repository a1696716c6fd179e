import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import { openPortIndex } from '../../../daemon/graph-index/port-index.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { liveHost } from '../../../daemon/graph/live.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import type { Json } from '../../../shared/json.ts';
import { slimLogseqAnswer } from '../../../shared/logseq/answer.ts';
import { createModel, type ModelOptions } from '../../e2e/host/model/model.ts';
import { graphIndexSuite, type IndexUnderTest } from '../../suites/graph-index.ts';

graphIndexSuite('a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-index-'));
  return {
    graph: await openFolder(folder),
    open: () => openFolderIndex(folder),
    dispose: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
});

graphIndexSuite('the port of a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-index-'));
  const graph = await openFolder(folder);
  return {
    graph,
    open: () => openPortIndex(graph),
    dispose: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
});

graphIndexSuite('the plugin (file)', () => overPlugin({ kind: 'file', hostAge: 'new' }));
graphIndexSuite('the plugin (db)', () => overPlugin({ kind: 'db', hostAge: 'new', pluginId: 'stagebook' }));

async function overPlugin(options: ModelOptions): Promise<IndexUnderTest> {
  const model = createModel(options);
  const call = async (method: string, args: Json[]) =>
    slimLogseqAnswer(method, ((await model.call(method, args)) ?? null) as Json);
  const graph = await openLogseq(liveHost({ call, closed: new AbortController().signal }), { id: 'g' });
  return { graph, open: () => openPortIndex(graph), dispose: () => graph.close() };
}
