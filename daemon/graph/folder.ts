import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, stat, unlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fail, StagebookError } from '../../shared/failure.ts';
import { replaceFile, sweepTemporaries } from './atomic.ts';
import { DEFAULT_CONFIG, NEW_CONFIG, readConfig, type FolderConfig } from './config.ts';
import type { Change, Graph, GraphPage } from './graph.ts';
import { withLock } from './lock.ts';
import { checkName, needsTitle, pageKey } from './names.ts';
import { isWithin, PageFiles } from './page-files.ts';
import { changePageText, readPageText } from './page-text.ts';

/** A larger page is nothing that a person wrote, and Logseq does not open it either. */
const LARGEST_PAGE = 16 * 1024 * 1024;

/**
 * A Logseq file graph in a folder (security.md 13). Opening and reading a graph writes nothing; folders that it lacks are made
 * with the first change. An empty folder becomes a new graph, with the first change as well; a folder with other things in it is refused
 * (`graph.not_a_graph`), a missing one too (`graph.away`).
 */
export async function openFolder(folder: string): Promise<Graph> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw fail(
      'unavailable',
      'graph.away',
      `The graph's folder ${folder} is not there. Make it, or name another one.`,
      {
        cause: error,
      },
    );
  });
  const written = await readConfig(root);
  const isEmpty = written === undefined && (await isUnopened(root));
  const config = written ?? DEFAULT_CONFIG;
  const missing = new Set<string>();
  for (const name of [config.pages, config.journals]) {
    const path = join(root, name);
    const real = isWithin(root, path) ? await realpath(path).catch(ifMissing) : path;
    if (real === undefined) missing.add(name);
    else if (!isWithin(root, real)) throw outside(path, root);
  }
  return new FolderGraph(root, new PageFiles(root, config, missing), config, missing, isEmpty);
}

/** Whether a folder that Logseq has not opened yet is empty; one with pages is taken as it is. Throws `graph.not_a_graph`. */
async function isUnopened(root: string): Promise<boolean> {
  const names = (await readdir(root)).filter((name) => !name.startsWith('.'));
  const looksLikeOne = ['pages', 'journals', 'logseq'].some((name) => names.includes(name));
  if (names.length > 0 && !looksLikeOne) {
    throw fail(
      'invalid',
      'graph.not_a_graph',
      `${root} is not a Logseq graph: it has other files and no logseq/config.edn. Name the graph's folder, or an empty one.`,
    );
  }
  return names.length === 0;
}

class FolderGraph implements Graph {
  readonly id: string;
  readonly kind = 'file';
  readonly #root: string;
  readonly #files: PageFiles;
  readonly #config: FolderConfig;
  /** Folders for pages and journals that were not there when it was opened. One that was, and is gone, is on a disk that is not connected. */
  readonly #missing: Set<string>;
  /** Whether nothing at all was in its folder: then the first writing makes it a graph. */
  readonly #isEmpty: boolean;
  #prepared: Promise<void> | undefined;

  constructor(root: string, files: PageFiles, config: FolderConfig, missing: Set<string>, isEmpty: boolean) {
    this.#isEmpty = isEmpty;
    this.id = `folder:${root}`;
    this.#root = root;
    this.#files = files;
    this.#config = config;
    this.#missing = missing;
  }

  async read(page: string): Promise<GraphPage | null> {
    return this.#guard(async () => {
      checkName(page);
      const file = await this.#files.find(page);
      if (!file) return null;
      const bytes = await this.#bytes(await this.#files.real(file.path));
      return bytes && toPage(file.name, bytes);
    });
  }

  async *pages(): AsyncIterable<string> {
    for await (const { page } of this.stamps()) yield page;
  }

  async *stamps(): AsyncIterable<{ page: string; stamp: string }> {
    const seen = new Set<string>();
    for (const file of await this.#guard(() => this.#files.list())) {
      if (seen.has(pageKey(file.name))) continue;
      seen.add(pageKey(file.name));
      yield { page: file.name, stamp: `${file.path} ${this.#files.stampOf(file)}` };
    }
  }

  async change(page: string, revision: string | null, changes: readonly Change[]): Promise<GraphPage> {
    return this.#guard(async () => {
      checkName(page);
      await this.#prepare();
      return withLock(await this.#lockFor(page), async (stillMine) => {
        const file = await this.#files.find(page);
        const place = file ? { path: file.path, ownName: true } : await this.#files.placeFor(page);
        const path = await this.#files.real(place.path);
        const old = await this.#bytes(path);
        if (revisionOf(old) !== revision) throw changed(page);
        const needed = !file && (!place.ownName || needsTitle(page, this.#config.nameFormat));
        const text = changePageText(
          decode(old ?? new Uint8Array(), page),
          needed ? [{ kind: 'properties', properties: { title: page.trim() } }, ...changes] : changes,
        );
        const bytes = Buffer.from(text);
        // An empty page is a page too.
        if (old === null || !bytes.equals(old)) {
          await replaceFile(path, bytes, async () => {
            await stillMine();
            if (revisionOf(await this.#bytes(path)) !== revision) throw changed(page);
          });
        }
        return toPage(file?.name ?? page.trim().normalize('NFC'), bytes);
      });
    });
  }

  async keepAsset(name: string, content: string): Promise<void> {
    checkAsset(name);
    await this.#prepare();
    const folder = join(this.#root, 'assets');
    await mkdir(folder, { recursive: true });
    if (!isWithin(this.#root, await realpath(folder))) throw outside(folder, this.#root);
    const path = await this.#files.real(join(folder, name));
    const bytes = Buffer.from(content);
    const old = await this.#bytes(path);
    if (old === null || !bytes.equals(old)) await replaceFile(path, bytes, () => Promise.resolve());
  }

  async asset(name: string): Promise<string | null> {
    checkAsset(name);
    const folder = join(this.#root, 'assets');
    if (!existsSync(folder)) return null;
    if (!isWithin(this.#root, await realpath(folder))) throw outside(folder, this.#root);
    const bytes = await this.#bytes(await this.#files.real(join(folder, name)));
    return bytes === null ? null : Buffer.from(bytes).toString('utf8');
  }

  async restore(page: string, revision: string, text: string | null): Promise<void> {
    return this.#guard(async () => {
      checkName(page);
      await withLock(await this.#lockFor(page), async (stillMine) => {
        const file = await this.#files.find(page);
        if (!file) throw changed(page);
        const path = await this.#files.real(file.path);
        const asBefore = async (): Promise<void> => {
          await stillMine();
          if (revisionOf(await this.#bytes(path)) !== revision) throw changed(page);
        };
        await asBefore();
        if (text === null) await unlink(path);
        else await replaceFile(path, Buffer.from(text), asBefore);
      });
    });
  }

  /** Before the first writing: makes what the graph has not, and removes what writers that died have left. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#makeReady().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async #makeReady(): Promise<void> {
    // Not recursive from the root on: a graph whose disk is gone must not be made anew in its place.
    await stat(this.#root);
    if (this.#isEmpty) {
      await mkdir(join(this.#root, 'logseq'), { recursive: true });
      await writeFile(join(this.#root, 'logseq', 'config.edn'), NEW_CONFIG, { flag: 'wx' }).catch(unlessThere);
    }
    const { pages, journals } = this.#config;
    for (const name of new Set([pages, journals])) {
      const path = join(this.#root, name);
      if (this.#missing.has(name)) await mkdir(path, { recursive: true });
      if (!isWithin(this.#root, await realpath(path))) throw outside(path, this.#root);
      await sweepTemporaries(path, Date.now());
    }
    this.#missing.clear();
  }

  /** Locks are kept apart from the pages, where Logseq does not look. */
  async #lockFor(page: string): Promise<string> {
    // Not recursive from the root on: a graph whose disk is gone must not be made anew in its place.
    await stat(join(this.#root, this.#config.pages));
    const folder = join(this.#root, 'logseq', '.stagebook');
    await mkdir(folder, { recursive: true });
    if (!isWithin(this.#root, await realpath(folder))) throw outside(folder, this.#root);
    return join(folder, `${hash('sha256', pageKey(page)).slice(0, 32)}.lock`);
  }

  async #bytes(path: string): Promise<Buffer | null> {
    try {
      const { size } = await stat(path);
      if (size > LARGEST_PAGE) {
        const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
        throw fail(
          'invalid',
          'graph.too_large',
          `${path} has ${mib(size)}; a page may have ${mib(LARGEST_PAGE)}. Split it.`,
        );
      }
      return await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Whatever the file system refuses means that the graph cannot be reached for now. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StagebookError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const where = relative(process.cwd(), this.#root) || this.#root;
      throw fail('unavailable', 'graph.away', `The graph in ${where} cannot be read or written: ${why}.`, {
        cause: error,
      });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function toPage(name: string, bytes: Uint8Array): GraphPage {
  const text = decode(bytes, name);
  return { name, revision: revisionOf(bytes)!, text, ...readPageText(text) };
}

function revisionOf(bytes: Uint8Array | null): string | null {
  return bytes && hash('sha256', bytes);
}

/** Bytes that are no text would not come back as they were. */
function decode(bytes: Uint8Array, page: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below, for both.
  }
  throw fail(
    'invalid',
    'graph.not_text',
    `The page “${page}” is not a text file in UTF-8. Convert it, or name another page.`,
  );
}

function changed(page: string): Error {
  return fail('locked', 'graph.changed', `The page “${page}” was changed in the meantime. It is read again.`);
}

function outside(path: string, root: string): Error {
  return fail('denied', 'graph.outside', `${path} leads out of the graph ${root}. Remove the link, then try again.`);
}

/** Another writer was first. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Named by us, and all the same: nothing leaves the folder (security.md 13). */
function checkAsset(name: string): void {
  if (!/^[\w-]{1,200}\.svg$/.test(name))
    throw fail('invalid', 'graph.asset', `“${name}” is no name of an asset of ours.`);
}
