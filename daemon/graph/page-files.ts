import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, parse, relative, sep } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { headProperties, parseOutline } from '../../shared/outline/index.ts';
import type { FolderConfig } from './config.ts';
import { dayOfFile, formatDay, parseDay } from './journal-names.ts';
import { decodeName, encodeName, pageKey } from './names.ts';

/** A page's file. */
export interface PageFile {
  /** The page's name as Logseq shows it. */
  name: string;
  path: string;
}

const EXTENSIONS = ['.md', '.markdown'];
/** A title stands at the very top of a page. */
const HEAD_BYTES = 4_096;
const AT_ONCE = 64;

/** Which file of a folder is which page. */
export class PageFiles {
  readonly #root: string;
  readonly #config: FolderConfig;
  readonly #missing: ReadonlySet<string>;
  /** Titles by path, with what they were read from: a file of the same size and time is not read again. */
  readonly #titles = new Map<string, { stamp: string; title: string | undefined }>();

  /** `root` is the real path of the graph's folder; `missing` are folders that were never there, so that no page is gone with them. */
  constructor(root: string, config: FolderConfig, missing: ReadonlySet<string> = new Set()) {
    this.#root = root;
    this.#config = config;
    this.#missing = missing;
  }

  /** The file that is this page now, or undefined. When several claim the name, the one that Logseq would name so. */
  async find(name: string): Promise<PageFile | undefined> {
    const key = pageKey(name);
    const expected = await this.pathFor(name);
    const usual = await this.#at(expected, parseDay(name.trim(), this.#config.journalTitle) !== undefined);
    if (usual && pageKey(usual.name) === key) return usual;
    const named = (await this.#files()).filter((file) => pageKey(file.name) === key);
    const claims = (await this.#titled(named)).filter((file) => pageKey(file.name) === key);
    // A file of any name may say in its title that it is this page; only then all have to be looked at.
    return claims[0] ?? (await this.list()).find((file) => pageKey(file.name) === key);
  }

  /** The page in this very file, if there is one; spelt as the file is, also where the file system does not mind capitals. */
  async #at(path: string, isJournal: boolean): Promise<PageFile | undefined> {
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined) return undefined;
    const same = basename(target).toLowerCase() === basename(path).toLowerCase();
    const name = this.#nameOf(parse(same ? target : path).name, isJournal);
    return (await this.#titled([{ name, path }]))[0];
  }

  /** All pages, in the order of their paths. Throws when the graph's folder is not there. */
  async list(): Promise<PageFile[]> {
    return this.#titled(await this.#files());
  }

  /** What a listed file was like when it was listed: another size, time or inode is another text. */
  stampOf({ path }: PageFile): string {
    return this.#titles.get(path)?.stamp ?? '';
  }

  /** All pages as their files' names have it. */
  async #files(): Promise<PageFile[]> {
    const { pages, journals } = this.#config;
    const files: PageFile[] = [];
    for (const [folder, isJournal] of [
      [join(this.#root, pages), false],
      [join(this.#root, journals), true],
    ] as const) {
      for (const path of (await pathsIn(folder, isJournal || this.#missing.has(pages))).sort()) {
        const { name, ext } = parse(path);
        if (!EXTENSIONS.includes(ext.toLowerCase()) || path.split(sep).some((part) => part.startsWith('.'))) continue;
        files.push({ name: this.#nameOf(name, isJournal), path: join(folder, path) });
      }
    }
    return files;
  }

  /** The same as their titles have it, without those that have vanished or lie outside. */
  async #titled(files: readonly PageFile[]): Promise<PageFile[]> {
    const result: PageFile[] = [];
    for (let at = 0; at < files.length; at += AT_ONCE) {
      const some = files.slice(at, at + AT_ONCE);
      const titles = await Promise.all(some.map(({ path }) => this.#title(path)));
      for (const [i, { name, path }] of some.entries()) {
        const title = titles[i];
        if (title !== null) result.push({ name: title ?? name, path });
      }
    }
    return result;
  }

  /**
   * Where a page that is in no file is to be made. Where the file of its name is another page (of a `title::`, or without one
   * in a graph of the legacy format) the next free name is taken, and its own `title::` has to say which page it is.
   */
  async placeFor(name: string): Promise<{ path: string; ownName: boolean }> {
    const expected = await this.pathFor(name);
    const isJournal = parseDay(name.trim(), this.#config.journalTitle) !== undefined;
    const other = await this.#at(expected, isJournal);
    if (!other || pageKey(other.name) === pageKey(name)) return { path: expected, ownName: true };
    const { dir, name: body, ext } = parse(expected);
    for (let number = 2; ; number += 1) {
      const path = join(dir, `${body} ${number}${ext}`);
      if (!(await lstat(path).catch(() => undefined))) return { path, ownName: false };
    }
  }

  /** Where a page of this name is by the rule. */
  async pathFor(name: string): Promise<string> {
    const { journals, pages, journalTitle, journalFile, nameFormat } = this.#config;
    const day = parseDay(name.trim(), journalTitle);
    const folder = await this.#inside(day ? journals : pages);
    return join(folder, `${day ? formatDay(day, journalFile) : encodeName(name, nameFormat)}.md`);
  }

  /**
   * The file that is really read and written: links inside the graph are followed.
   * Throws `graph.outside` when one leads out of it.
   */
  async real(path: string): Promise<string> {
    const target = await realpath(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    if (target === undefined) {
      // Writing through a link that leads nowhere would make a file wherever it points.
      if (await lstat(path).catch(() => undefined)) throw this.#outside(path);
      return path;
    }
    if (!isWithin(this.#root, target)) throw this.#outside(path);
    return target;
  }

  async #inside(folder: string): Promise<string> {
    const path = join(this.#root, folder);
    if (!isWithin(this.#root, path)) throw this.#outside(path);
    return this.real(path);
  }

  #nameOf(body: string, isJournal: boolean): string {
    const { journalFile, journalTitle, nameFormat } = this.#config;
    const day = isJournal ? dayOfFile(body, journalFile) : undefined;
    return day ? formatDay(day, journalTitle) : decodeName(body.normalize('NFC'), nameFormat);
  }

  /** A page's `title::`; undefined when it has none, null when the file has vanished or is none of the graph's. */
  async #title(path: string): Promise<string | undefined | null> {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return null;
    const stamp = `${found.size} ${found.mtimeMs} ${found.ino}`;
    const known = this.#titles.get(path);
    if (known?.stamp === stamp) return known.title;
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined || !isWithin(this.#root, target)) return null;
    // One that may not be read is still a page, of its file's name.
    const head = await headOf(target).catch(({ code }: NodeJS.ErrnoException) =>
      code === 'ENOENT' ? null : undefined,
    );
    if (typeof head !== 'string') return head;
    const title = headProperties(parseOutline(head).preamble).title?.trim() || undefined;
    this.#titles.set(path, { stamp, title });
    return title;
  }

  #outside(path: string): Error {
    return fail(
      'denied',
      'graph.outside',
      `${path} leads out of the graph ${this.#root}. Remove the link, then try again.`,
    );
  }
}

export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Logseq does not mind folders inside, and does not see them in names. */
async function pathsIn(folder: string, optional: boolean): Promise<string[]> {
  return readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && optional) return [];
    // Without the folder nobody can say that a page is deleted: it may be on a disk that is not connected.
    throw error;
  });
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
