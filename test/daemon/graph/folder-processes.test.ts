import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';

const PROGRAM = fileURLToPath(new URL('writing-process.ts', import.meta.url));

let folder: string;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagebook-graph-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await rm(folder, { recursive: true });
});

function start(...argv: string[]): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, folder, 'Shared page', ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

it('lets two processes write one page at once without losing or doubling a block [core.graph.atomic]', async () => {
  const names = ['ada', 'ben'];
  const ends = names.map((name) => once(start('add', name, '30'), 'exit'));
  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ]);
  const graph = await openFolder(folder);
  const contents = (await graph.read('Shared page'))!.blocks.map((block) => block.content);
  expect(contents.toSorted()).toEqual(
    names.flatMap((name) => Array.from({ length: 30 }, (_, n) => `${name} ${n}`)).toSorted(),
  );
  for (const name of names) {
    const own = contents.filter((content) => content.startsWith(name));
    expect(own).toEqual(Array.from({ length: 30 }, (_, n) => `${name} ${n}`));
  }
  expect(await readdir(join(folder, 'logseq', '.stagebook'))).toEqual([]);
  expect(await readdir(join(folder, 'pages'))).toEqual(['Shared page.md']);
});

it('leaves the old page or the new one when it is killed while writing, and goes on [core.graph.crash]', async () => {
  for (let round = 0; round < 12; round += 1) {
    const child = start('rewrite');
    await once(child.stdout!, 'data');
    // Spread over what one writing takes, so that some kills fall into each part of it.
    await new Promise((resolve) => setTimeout(resolve, round * 3));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const graph = await openFolder(folder);
    const page = (await graph.read('Shared page'))!;
    expect(page.blocks).toHaveLength(1);
    expect(page.blocks[0]!.content).toMatch(/^(\d)\1{199999}$/);
    const after = await graph.change('Shared page', page.revision, [
      { kind: 'update', ref: page.blocks[0]!.ref, content: '0'.repeat(200_000) },
    ]);
    expect(after.blocks[0]!.content).toHaveLength(200_000);
  }
  const pages = join(folder, 'pages');
  for (const name of await readdir(pages)) await utimes(join(pages, name), 0, 0);
  // Opening changes nothing; the first change of a later life sweeps up.
  const graph = await openFolder(folder);
  const { revision, blocks } = (await graph.read('Shared page'))!;
  await graph.change('Shared page', revision, [{ kind: 'update', ref: blocks[0]!.ref, content: 'swept' }]);
  expect(await readdir(pages)).toEqual(['Shared page.md']);
});
