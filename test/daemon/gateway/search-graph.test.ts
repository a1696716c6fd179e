import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Conversation } from '../../../daemon/gateway/conversation.ts';
import { searchGraph } from '../../../daemon/gateway/tools/search-graph.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds pages also where one of the graph is no text [personas.gateway.tools]', async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-search-'));
  mkdirSync(join(folder, 'pages'));
  writeFileSync(join(folder, 'pages', 'A picture.md'), Buffer.from([0x89, 0x50, 0xff, 0]));
  writeFileSync(join(folder, 'pages', 'Kitchen.md'), '- the kettle is new\n');
  const graph = await openFolder(folder);
  const conversation = {
    means: { graph: () => Promise.resolve(graph) },
    extra: { signal: new AbortController().signal },
  } as unknown as Conversation;
  const { structuredContent } = await searchGraph.call({ words: 'kettle' }, conversation);
  expect(structuredContent).toEqual({
    results: [{ page: 'Kitchen', excerpt: '- the kettle is new ' }],
    pagesLookedAt: 2,
    complete: true,
  });
  await graph.close();
});
