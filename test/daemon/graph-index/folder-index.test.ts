import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import { reviewGraph } from '../../../daemon/review/review.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagebook-index-'));
  for (const folder of ['pages', 'journals', 'logseq', 'assets']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string | Uint8Array): void => writeFileSync(join(root, path), text);
const names = (index: { pages(): Iterable<{ name: string }> }): string[] =>
  Array.from(index.pages(), ({ name }) => name).sort();

it('reads again only what changed, appeared or went [review.index.incremental]', async () => {
  write('pages/A.md', '- [[B]]\n');
  write('pages/B.md', '- b\n');
  write('pages/C.md', '- c\n');
  const { index, refresh } = await openFolderIndex(root);
  const [a, b] = [index.named('a')[0], index.named('b')[0]];
  expect(index.weight(b!)).toBe(1);
  const version = index.version;
  await refresh();
  expect(index.version).toBe(version);
  write('pages/A.md', '- [[C]] now\n');
  write('pages/D.md', 'alias:: dee\n\n- new\n');
  unlinkSync(join(root, 'pages/C.md'));
  await refresh();
  expect(names(index)).toEqual(['A', 'B', 'D']);
  expect(index.named('a')[0]).not.toBe(a);
  expect(index.named('b')[0]).toBe(b);
  expect(index.weight(b!)).toBe(0);
  expect(index.resolve('dee')?.name).toBe('D');
  expect(index.resolve('c')).toBeUndefined();
});

it('knows pages by the graph’s own rules: escapes, titles, journals, aliases in loops [review.index.rules]', async () => {
  write('logseq/config.edn', '{:file/name-format :triple-lowbar :journal/page-title-format "yyyy-MM-dd"}');
  write('pages/a___b%3F.md', '- x\n');
  write('pages/odd.md', 'title:: What / it is\nalias:: one, [[two, three]]\n\n- x\n');
  write('pages/loop.md', 'alias:: pool\n\n- x\n');
  write('pages/pool.md', 'alias:: loop\n\n- x\n');
  write('journals/2026_11_21.md', '- x\n');
  const { index } = await openFolderIndex(root);
  expect(names(index)).toEqual(['2026-11-21', 'What / it is', 'a/b?', 'loop', 'pool']);
  expect(index.isAbove('a')).toBe(true);
  expect(index.resolve('two, three')?.name).toBe('What / it is');
  expect([index.resolve('loop')?.name, index.resolve('pool')?.name]).toEqual(['loop', 'pool']);
});

it('says what it leaves out and goes on: no text, too large, links to nowhere and in circles, files that may not be read [review.index.robust]', async () => {
  write('pages/good.md', '- good\n');
  write('pages/latin.md', Buffer.from([0x2d, 0x20, 0xe4, 0xf6, 0xfc]));
  write('pages/zero.md', Buffer.from([0x2d, 0x20, 0x00]));
  write('pages/huge.md', Buffer.alloc(30 * 1024 * 1024, '- text\n'));
  symlinkSync(join(root, 'pages', 'nowhere'), join(root, 'pages', 'dangling.md'));
  symlinkSync(join(root, 'pages', 'circle.md'), join(root, 'pages', 'circle.md'));
  symlinkSync('/etc/hostname', join(root, 'pages', 'outside.md'));
  symlinkSync(join(root, 'pages'), join(root, 'pages', 'self'));
  mkdirSync(join(root, 'pages', 'folder.md'));
  for (let number = 0; number < 2_000; number += 1) write(`assets/${number}.png`, '');
  write('pages/deep.md', `${Array.from({ length: 3_000 }, (_, depth) => `${'\t'.repeat(depth)}- d`).join('\n')}\n`);
  const { index, settings } = await openFolderIndex(root);
  expect(names(index)).toEqual(['deep', 'good', 'huge', 'latin', 'outside', 'zero']);
  // Of what was not read nothing is said, but that it is there.
  expect(
    index
      .reviewed()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['deep', 'good']);
  expect([...index.notes.keys()].sort()).toEqual(
    ['circle', 'dangling', 'huge', 'latin', 'outside', 'zero'].map((name) => `pages/${name}.md`),
  );
  const { notes } = await reviewGraph(index, { settings, now: Date.now(), zone: 'UTC' });
  expect(notes.some((note) => note.includes('pages/huge.md') && note.includes('30 MiB'))).toBe(true);
});

it('writes nothing, and a graph that is read-only is fine [review.index.read-only]', async () => {
  write('pages/A.md', '- [[B]]\n- AKIAQX7P2LM9QX7P2LM9\n');
  write('logseq/config.edn', '{}');
  const look = (): string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => `${path} ${statSync(path).mtimeMs} ${statSync(path).isFile() ? readFileSync(path, 'utf8') : ''}`)
      .sort();
  const before = look();
  for (const folder of ['pages', 'journals', 'logseq', '.']) chmodSync(join(root, folder), 0o555);
  try {
    const { index, settings, refresh } = await openFolderIndex(root);
    await refresh();
    expect((await reviewGraph(index, { settings, now: Date.now(), zone: 'UTC' })).findings.length).toBeGreaterThan(1);
  } finally {
    for (const folder of ['.', 'pages', 'journals', 'logseq']) chmodSync(join(root, folder), 0o755);
  }
  expect(look()).toEqual(before);
});

it('takes a broken configuration for Logseq’s own, and says so; a folder that is gone is told as that [review.index.robust]', async () => {
  write('logseq/config.edn', '{:journal/page-title-format ');
  write('pages/A.md', '- x\n');
  const { index, refresh } = await openFolderIndex(root);
  expect(index.notes.get('logseq/config.edn')?.text).toContain('cannot be understood');
  rmSync(root, { recursive: true });
  await expect(refresh()).rejects.toMatchObject({ code: 'graph.away' });
  expect(names(index)).toEqual(['A']);
  await expect(openFolderIndex(root)).rejects.toMatchObject({ code: 'graph.away' });
});

it('stands files that vanish and appear while it reads [review.index.robust]', async () => {
  for (let number = 0; number < 1_500; number += 1) write(`pages/P${number}.md`, `- [[P${number + 1}]]\n`);
  const opening = openFolderIndex(root);
  for (let number = 0; number < 1_500; number += 3) unlinkSync(join(root, `pages/P${number}.md`));
  for (let number = 0; number < 100; number += 1) write(`pages/N${number}.md`, '- new\n');
  const { index, refresh } = await opening;
  await refresh();
  expect(index.size).toBe(1_100);
  expect(index.notes.size).toBe(0);
});
