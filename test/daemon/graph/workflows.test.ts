import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Graph } from '../../../daemon/graph/graph.ts';
import { liveHost } from '../../../daemon/graph/live.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { workflowPages } from '../../../daemon/graph/workflows.ts';
import { fail } from '../../../shared/failure.ts';
import type { Json } from '../../../shared/json.ts';
import { slimLogseqAnswer } from '../../../shared/logseq/answer.ts';
import { createModel } from '../../e2e/host/model/model.ts';

const workflow = (title: string): string =>
  `- {{renderer :stagebook, workflow}} ${title}\n- {{renderer :stagebook, stage}} Work\n  \`\`\`yaml\n  persona: backend\n  \`\`\`\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-own-'));
  mkdirSync(join(folder, 'pages'));
  mkdirSync(join(folder, 'logseq'));
  writeFileSync(join(folder, 'pages', 'Water.md'), workflow('Water the plants'));
  writeFileSync(join(folder, 'pages', 'Notes.md'), '- nothing to run\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = async (...graph: Parameters<typeof workflowPages>): Promise<string[]> =>
  (await workflowPages(...graph)).map(({ page, definition }) => `${page}: ${definition.header.title}`);

it('finds the workflows of a folder, and those that come and go [ui.panel.own]', async () => {
  const graph = await openFolder(folder);
  expect(await names(graph)).toEqual(['Water: Water the plants']);
  writeFileSync(join(folder, 'pages', 'Feed.md'), workflow('Feed the cat'));
  writeFileSync(join(folder, 'pages', 'Water.md'), '- not today, it rains\n');
  utimesSync(join(folder, 'pages', 'Water.md'), 1, 1);
  expect(await names(graph)).toEqual(['Feed: Feed the cat']);
  await graph.close();
});

it('finds one however its macro is spaced, keeps what cannot be read for a moment, and leaves out what is no text [ui.panel.own]', async () => {
  const other = mkdtempSync(join(tmpdir(), 'stagebook-own-'));
  mkdirSync(join(other, 'pages'));
  writeFileSync(join(other, 'pages', 'Water.md'), workflow('Water').replaceAll(':stagebook, ', ':stagebook,'));
  writeFileSync(join(other, 'pages', 'Picture.md'), Buffer.from([0x89, 0x50, 0xff, 0]));
  const folderGraph = await openFolder(other);
  let held = false;
  const graph: Graph = Object.create(folderGraph, {
    read: {
      value: (page: string) =>
        held ? Promise.reject(fail('unavailable', 'graph.away', 'somebody holds it')) : folderGraph.read(page),
    },
    stamps: { value: () => folderGraph.stamps!() },
  }) as Graph;
  expect(await names(graph)).toEqual(['Water: Water']);
  writeFileSync(join(other, 'pages', 'Water.md'), workflow('Water twice'));
  held = true;
  expect(await names(graph)).toEqual(['Water: Water']);
  held = false;
  expect(await names(graph)).toEqual(['Water: Water twice']);
  await folderGraph.close();
  rmSync(other, { recursive: true, force: true });
});

it.each(['file', 'db'] as const)('asks a Logseq once which pages have one [ui.panel.own] (%s)', async (kind) => {
  const model = createModel({ kind, hostAge: 'new', pluginId: 'stagebook' });
  const asked: string[] = [];
  const host = liveHost({
    call: async (method, args) => {
      asked.push(method);
      return slimLogseqAnswer(method, ((await model.call(method, args)) ?? null) as Json);
    },
    closed: new AbortController().signal,
  });
  const graph = await openLogseq(host, { id: 'live', kind });
  for (const [page, content] of [
    ['House/Water', '{{renderer :stagebook, workflow}} Water the plants'],
    ['Notes', 'nothing to run'],
  ] as const) {
    await graph.change(page, null, [{ kind: 'insert', parent: null, after: null, content }]);
  }
  asked.length = 0;
  expect(await names(graph)).toEqual(['House/Water: Water the plants']);
  expect(asked.filter((method) => method.endsWith('getPageBlocksTree'))).toHaveLength(1);
});
