import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Graph } from '../../../daemon/graph/graph.ts';
import { taggedPages } from '../../../daemon/graph/tagged.ts';

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('only pages that changed are read again to find the tagged ones [review.trigger.incremental]', async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-tagged-'));
  mkdirSync(join(folder, 'pages'));
  const write = (name: string, text: string) => writeFileSync(join(folder, 'pages', `${name}.md`), text);
  for (let number = 0; number < 30; number += 1) write(`Page ${number}`, number % 10 === 0 ? '- #approved\n' : '- x\n');
  const graph = await openFolder(folder);
  const read: string[] = [];
  const counted: Graph = {
    id: graph.id,
    kind: graph.kind,
    read: (page) => (read.push(page), graph.read(page)),
    pages: () => graph.pages(),
    stamps: () => graph.stamps!(),
    change: (...given) => graph.change(...given),
    close: () => graph.close(),
  };
  const tagged = async (tag: string) => (await taggedPages(counted, tag)).map(({ name }) => name);
  expect(await tagged('approved')).toEqual(['Page 0', 'Page 10', 'Page 20']);
  expect(read.length).toBe(30);
  write('Page 7', 'tags:: Approved\n\n- longer\n');
  rmSync(join(folder, 'pages', 'Page 20.md'));
  expect(await tagged('approved')).toEqual(['Page 0', 'Page 10', 'Page 7']);
  expect(await tagged('other')).toEqual([]);
  expect(read.slice(30)).toEqual(['Page 7']);
});
