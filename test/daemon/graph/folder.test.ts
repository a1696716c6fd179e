import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Change } from '../../../daemon/graph/graph.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import { graphSuite } from '../../suites/graph.ts';

const ONE: Change[] = [{ kind: 'insert', parent: null, after: null, content: 'one' }];

graphSuite('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-graph-'));
  const graph = await openFolder(folder);
  return {
    graph,
    dispose: async () => {
      await graph.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'stagebook-graph-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = async (path: string, text: string | Uint8Array): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const text = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');
  const config = (edn: string) => put('logseq/config.edn', edn);

  it('becomes a graph that Logseq opens when it is empty and written to for the first time', async () => {
    const graph = await openFolder(folder);
    expect(await Array.fromAsync(graph.pages())).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    await graph.change('One', null, ONE);
    expect((await readdir(folder)).sort()).toEqual(['journals', 'logseq', 'pages']);
    expect(await text('logseq/config.edn')).toMatch(/:file\/name-format :triple-lowbar/);
  });

  it('is not written by opening and reading it, whatever it lacks [review.index.read-only]', async () => {
    await config('{:file/name-format :triple-lowbar :pages-directory "notes"}');
    const graph = await openFolder(folder);
    expect(await Array.fromAsync(graph.pages())).toEqual([]);
    expect(await graph.read('One')).toBeNull();
    expect(await readdir(folder)).toEqual(['logseq']);
    await graph.change('One', null, ONE);
    expect((await readdir(folder)).sort()).toEqual(['journals', 'logseq', 'notes']);
    // A folder that was there and is gone is not made anew.
    await rm(join(folder, 'notes'), { recursive: true });
    await expect(graph.change('Two', null, ONE)).rejects.toMatchObject({ code: 'graph.away' });
    await expect(graph.read('One')).rejects.toMatchObject({ code: 'graph.away' });
    expect((await readdir(folder)).sort()).toEqual(['journals', 'logseq']);
  });

  it('is refused when it holds other things, or is not there', async () => {
    await put('thesis.tex', 'x');
    await expect(openFolder(folder)).rejects.toMatchObject({ code: 'graph.not_a_graph' });
    expect(await readdir(folder)).toEqual(['thesis.tex']);
    await expect(openFolder(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'graph.away' });
  });

  it('names files as Logseq does [core.graph.names]', async () => {
    const graph = await openFolder(folder);
    const names = {
      'Runs/2026-11-21 1 Package release': 'Runs___2026-11-21 1 Package release.md',
      '../../etc/passwd': '%2E.___..___etc___passwd.md',
      'a_/b': 'a%5F___b.md',
      a____b: 'a%5F%5F%5F_b.md',
      'what?': 'what%3F.md',
      '50%25': '50%2525.md',
      '50%': '50%.md',
      CON: 'CON___.md',
      'etc.': 'etc.___.md',
      '.x': '%2Ex.md',
      'a:*"<>|#\\b': 'a%3A%2A%22%3C%3E%7C%23%5Cb.md',
    };
    for (const name of Object.keys(names)) await graph.change(name, null, ONE);
    expect((await readdir(join(folder, 'pages'))).sort()).toEqual(Object.values(names).sort());
    expect(await readdir(folder)).toEqual(['journals', 'logseq', 'pages']);
  });

  it('refuses names that cannot be a file’s', async () => {
    const graph = await openFolder(folder);
    for (const name of ['', ' ', '/', 'a\nb', 'a\0b', '\ud800', 'x'.repeat(300)]) {
      await expect(graph.change(name, null, ONE)).rejects.toMatchObject({ code: 'graph.bad_name' });
      await expect(graph.read(name)).rejects.toMatchObject({ code: 'graph.bad_name' });
    }
  });

  it('reads and writes legacy names where the configuration says nothing newer [core.graph.names]', async () => {
    await config('{:meta/version 1}');
    await put('pages/old.name.md', '- x\n');
    await put('pages/a%2Fb.md', '- y\n');
    const graph = await openFolder(folder);
    expect((await graph.read('old/name'))!.blocks[0]!.content).toBe('x');
    expect((await graph.read('a/b'))!.blocks[0]!.content).toBe('y');
    await graph.change('Runs/one', null, ONE);
    await graph.change('v1.0', null, ONE);
    expect(await text('pages/Runs%2Fone.md')).toBe('- one\n');
    // A dot would be read as a slash, so the page says its own name.
    expect(await text('pages/v1.0.md')).toBe('title:: v1.0\n\n- one\n');
    expect((await graph.read('v1.0'))!.name).toBe('v1.0');
  });

  it('lets title:: say what a page is called [core.graph.names]', async () => {
    await config('{:file/name-format :triple-lowbar}');
    await put('pages/some-file.md', 'title:: My Page\n\n- x\n');
    const graph = await openFolder(folder);
    expect((await graph.read('my page'))!.name).toBe('My Page');
    expect(await graph.read('some-file')).toBeNull();
    const page = (await graph.read('My Page'))!;
    await graph.change('My Page', page.revision, [{ kind: 'update', ref: page.blocks[0]!.ref, content: 'y' }]);
    expect(await text('pages/some-file.md')).toBe('title:: My Page\n\n- y\n');
  });

  it('makes a page beside the file of its name that is another page, as often as it is written [core.graph.names]', async () => {
    await config('{:meta/version 1}');
    await put('pages/v1.0.md', '- no title, so this is v1/0\n');
    await put('pages/Plan.md', 'title:: My plan\n\n- x\n');
    await put('pages/Plan 2.md', '- y\n');
    await put('journals/2026_11_21.md', 'title:: A day\n\n- z\n');
    const graph = await openFolder(folder);
    const memory = createBlockMemory();
    for (const name of ['v1.0', 'Plan', 'Nov 21st, 2026']) {
      for (const content of ['one', 'two', 'two']) {
        const doc = { name, properties: {}, blocks: [{ key: 'a', content }] };
        expect(await writePage(graph, memory, doc)).toMatchObject({ page: name });
      }
      expect(await graph.read(name)).toMatchObject({ name, blocks: [{ content: 'two' }] });
    }
    expect((await readdir(join(folder, 'pages'))).sort()).toEqual([
      'Plan 2.md',
      'Plan 3.md',
      'Plan.md',
      'v1.0 2.md',
      'v1.0.md',
    ]);
    expect(await text('pages/v1.0 2.md')).toMatch(/^title:: v1\.0\n\n- two\n/);
    expect(await text('journals/2026_11_21 2.md')).toMatch(/^title:: Nov 21st, 2026\n\n- two\n/);
    expect(await text('pages/v1.0.md')).toBe('- no title, so this is v1/0\n');
    expect(await text('pages/Plan.md')).toBe('title:: My plan\n\n- x\n');
  });

  it('leaves a page that a person made read-only as it is, and writes it when it is writable again [core.graph.edits]', async () => {
    const graph = await openFolder(folder);
    await graph.change('One', null, ONE);
    const file = join(folder, 'pages', 'One.md');
    await chmod(file, 0o444);
    const more = async () => graph.change('One', (await graph.read('One'))!.revision, ONE);
    await expect(more()).rejects.toMatchObject({ code: 'graph.read_only' });
    expect(await text('pages/One.md')).toBe('- one\n');
    expect(await readdir(join(folder, 'pages'))).toEqual(['One.md']);
    await chmod(file, 0o644);
    await more();
    expect(await text('pages/One.md')).toBe('- one\n- one\n');
  });

  it('puts days among the journals, by the configured patterns', async () => {
    await config(
      '{:journal/page-title-format "EEEE, dd.MM.yyyy" :journal/file-name-format "yyyy-MM-dd" :pages-directory "notes"}',
    );
    const graph = await openFolder(folder);
    await graph.change('Saturday, 21.11.2026', null, ONE);
    await graph.change('Sunday, 21.11.2026', null, ONE);
    expect(await readdir(join(folder, 'journals'))).toEqual(['2026-11-21.md']);
    expect(await readdir(join(folder, 'notes'))).toEqual(['Sunday, 21.11.2026.md']);
    expect(await Array.fromAsync(graph.pages())).toEqual(['Sunday, 21.11.2026', 'Saturday, 21.11.2026']);
  });

  it('refuses a configuration that it cannot read, since it would put pages in the wrong place', async () => {
    await config('{:file/name-format');
    await expect(openFolder(folder)).rejects.toMatchObject({ code: 'graph.bad_config' });
  });

  it('never follows a link out of the graph [core.graph.names]', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'stagebook-outside-'));
    try {
      await writeFile(join(outside, 'secret.md'), '- secret\n');
      await mkdir(join(folder, 'pages'));
      const graph = await openFolder(folder);
      await symlink(join(outside, 'secret.md'), join(folder, 'pages', 'Secret.md'));
      await symlink(join(outside, 'new.md'), join(folder, 'pages', 'New.md'));
      expect(await graph.read('Secret')).toBeNull();
      for (const name of ['Secret', 'New']) {
        await expect(graph.change(name, null, ONE)).rejects.toMatchObject({ code: 'graph.outside' });
      }
      expect(await Array.fromAsync(graph.pages())).toEqual([]);
      expect(await readdir(outside)).toEqual(['secret.md']);
      expect(await readFile(join(outside, 'secret.md'), 'utf8')).toBe('- secret\n');

      const other = join(folder, 'other');
      await mkdir(join(other, 'logseq'), { recursive: true });
      await symlink(outside, join(other, 'pages'));
      await expect(openFolder(other)).rejects.toMatchObject({ code: 'graph.outside' });
      await writeFile(join(other, 'logseq', 'config.edn'), '{:pages-directory "../../elsewhere"}');
      await expect(openFolder(other)).rejects.toMatchObject({ code: 'graph.outside' });
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('writes through a link inside the graph and keeps the link', async () => {
    await mkdir(join(folder, 'pages'));
    const graph = await openFolder(folder);
    await put('shared/real.md', '- x\n');
    await symlink(join('..', 'shared', 'real.md'), join(folder, 'pages', 'Linked.md'));
    const page = (await graph.read('Linked'))!;
    await graph.change('Linked', page.revision, [{ kind: 'update', ref: page.blocks[0]!.ref, content: 'y' }]);
    expect(await text('shared/real.md')).toBe('- y\n');
    expect(await text('pages/Linked.md')).toBe('- y\n');
  });

  it('does not touch a file when nothing changes, and keeps its mode when something does [core.graph.once]', async () => {
    await put('pages/Mine.md', '- x');
    const graph = await openFolder(folder);
    const path = join(folder, 'pages', 'Mine.md');
    await utimes(path, 1_000, 1_000);
    const before = await stat(path);
    const page = (await graph.read('Mine'))!;
    await graph.change('Mine', page.revision, []);
    await graph.change('Mine', page.revision, [{ kind: 'update', ref: page.blocks[0]!.ref, content: 'x' }]);
    expect((await stat(path)).ino).toBe(before.ino);
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);

    const memory = createBlockMemory();
    const doc = { name: 'Ours', properties: { type: 'run' }, blocks: [{ key: 'a', content: 'a', collapsed: true }] };
    await writePage(graph, memory, doc);
    const first = await stat(join(folder, 'pages', 'Ours.md'));
    expect(await writePage(graph, memory, doc)).toEqual({ page: 'Ours', changed: false });
    expect((await stat(join(folder, 'pages', 'Ours.md'))).ino).toBe(first.ino);
  });

  it('does not overwrite what is saved between the reading and the writing [core.graph.atomic]', async () => {
    await put('pages/Mine.md', '- x\n');
    const graph = await openFolder(folder);
    const { revision } = (await graph.read('Mine'))!;
    await writeFile(join(folder, 'pages', 'Mine.md'), '- saved by the editor\n');
    await expect(graph.change('Mine', revision, ONE)).rejects.toMatchObject({ code: 'graph.changed' });
    expect(await text('pages/Mine.md')).toBe('- saved by the editor\n');
    expect(await readdir(join(folder, 'pages'))).toEqual(['Mine.md']);
  });

  it('breaks the lock of a process that has died, and not that of one that lives [core.graph.atomic]', async () => {
    const graph = await openFolder(folder);
    await graph.change('Page', null, ONE);
    const locks = join(folder, 'logseq', '.stagebook');
    const page = (await graph.read('Page'))!;
    const lock = await lockNameOf(page.name);
    await writeFile(join(locks, lock), `${hostname()} 999999999 6a1e3f0e-0000-4000-8000-000000000000`);
    expect((await graph.change('Page', page.revision, ONE)).blocks).toHaveLength(2);
    expect(await readdir(locks)).toEqual([]);

    // An earlier process that had the same process id, as in a container.
    await writeFile(join(locks, lock), `${hostname()} ${process.pid} 6a1e3f0e-0000-4000-8000-000000000002`);
    const { revision: first } = (await graph.read('Page'))!;
    expect((await graph.change('Page', first, ONE)).blocks).toHaveLength(3);

    // Killed between making the lock and naming itself in it.
    await writeFile(join(locks, lock), '');
    const { revision: second } = (await graph.read('Page'))!;
    expect((await graph.change('Page', second, ONE)).blocks).toHaveLength(4);

    await writeFile(join(locks, lock), `another-machine 1 6a1e3f0e-0000-4000-8000-000000000001`);
    const old = new Date(Date.now() - 60_000);
    await utimes(join(locks, lock), old, old);
    const { revision } = (await graph.read('Page'))!;
    expect((await graph.change('Page', revision, ONE)).blocks).toHaveLength(5);
  });

  it('says that the graph is away, rather than that a page is deleted, when its disk is gone', async () => {
    const graph = await openFolder(folder);
    await graph.change('Page', null, ONE);
    await rm(folder, { recursive: true });
    await expect(graph.read('Page')).rejects.toMatchObject({ code: 'graph.away', failure: { retryable: true } });
    await expect(Array.fromAsync(graph.pages())).rejects.toMatchObject({ code: 'graph.away' });
    await expect(graph.change('Page', null, ONE)).rejects.toMatchObject({ code: 'graph.away' });
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses what is no text, or is larger than any page', async () => {
    await put('pages/Binary.md', new Uint8Array([0x2d, 0x20, 0xff, 0xfe, 0x00]));
    await put('pages/Huge.md', '- x\n'.repeat(5_000_000));
    await put('logseq/config.edn', '{:file/name-format :triple-lowbar}');
    const graph = await openFolder(folder);
    await expect(graph.read('Binary')).rejects.toMatchObject({ code: 'graph.not_text' });
    await expect(graph.read('Huge')).rejects.toMatchObject({ code: 'graph.too_large' });
  });

  it('lists its pages while others come and go: what vanishes in between is none [core.graph.names]', async () => {
    const passing = Array.from({ length: 32 }, (_, n) => `pages/Passing ${n}.md`);
    await put('pages/Stays.md', '- x\n');
    await put('logseq/config.edn', '{:file/name-format :triple-lowbar}');
    const graph = await openFolder(folder);
    let ended = false;
    const churn = Promise.all(
      passing.map(async (path) => {
        while (!ended) {
          await put(path, 'title:: Passing\n\n- x\n');
          await rm(join(folder, path));
        }
      }),
    );
    try {
      for (let n = 0; n < 40; n += 1) expect(await Array.fromAsync(graph.pages())).toContain('Stays');
    } finally {
      ended = true;
      await churn;
    }
    expect(await Array.fromAsync(graph.pages())).toEqual(['Stays']);
  });

  it('sees only pages: no hidden files, no other formats', async () => {
    await put('pages/A.md', '- a\n');
    await put('pages/B.markdown', '- b\n');
    await put('pages/.C.md', '- c\n');
    await put('pages/D.org', '* d\n');
    await put('pages/sub/E.md', '- e\n');
    await put('pages/.trash/F.md', '- f\n');
    await put('logseq/config.edn', '{:file/name-format :triple-lowbar}');
    const graph = await openFolder(folder);
    expect(await Array.fromAsync(graph.pages())).toEqual(['A', 'B', 'E']);
  });
});

async function lockNameOf(page: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return `${createHash('sha256').update(page.toLowerCase()).digest('hex').slice(0, 32)}.lock`;
}
