import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Graph } from '../../../daemon/graph/graph.ts';
import { fail } from '../../../shared/failure.ts';
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
  const tagged = async (tag: string) => (await taggedPages(counted, tag)).pages.map(({ name }) => name);
  expect(await tagged('approved')).toEqual(['Page 0', 'Page 10', 'Page 20']);
  expect(read.length).toBe(30);
  write('Page 7', 'tags:: Approved\n\n- longer\n');
  rmSync(join(folder, 'pages', 'Page 20.md'));
  expect(await tagged('approved')).toEqual(['Page 0', 'Page 10', 'Page 7']);
  expect(await tagged('other')).toEqual([]);
  expect(read.slice(30)).toEqual(['Page 7']);
});

it('says of which pages nobody can tell for now, and looks at them again [review.trigger.unread]', async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-tagged-'));
  mkdirSync(join(folder, 'pages'));
  const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, 'pages', `${name}.md`), text);
  write('Held', '- #approved\n');
  write('Picture', Buffer.from([0x89, 0x50, 0xff, 0]));
  const graph = await openFolder(folder);
  let held = true;
  const counted: Graph = {
    id: graph.id,
    kind: graph.kind,
    read: (page) =>
      held && page === 'Held'
        ? Promise.reject(fail('unavailable', 'graph.away', 'somebody holds it'))
        : graph.read(page),
    pages: () => graph.pages(),
    stamps: () => graph.stamps!(),
    change: (...given) => graph.change(...given),
    close: () => graph.close(),
  };
  expect(await taggedPages(counted, 'approved')).toEqual({ pages: [], unread: ['Held'] });
  held = false;
  expect(await taggedPages(counted, 'approved')).toMatchObject({ pages: [{ name: 'Held' }], unread: [] });
});
