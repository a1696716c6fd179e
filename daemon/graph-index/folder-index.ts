import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { pageKey } from '../graph/names.ts';
import { isWithin } from '../graph/page-files.ts';
import { factsOf } from './facts-of.ts';
import { factsOfFile, factsOfUnread } from './file-facts.ts';
import { listFiles } from './folder-files.ts';
import { GraphIndex } from './graph-index.ts';
import type { IndexedGraph } from './indexed-graph.ts';
import { sourceOf } from './port-page.ts';
import { readSettings, type GraphSettings } from './settings.ts';

/** A larger page is noted and not read: Logseq does not open it either. */
const LARGEST_PAGE = 16 * 1024 * 1024;
/** Others get a turn after so many milliseconds of work. */
const SLICE_MS = 12;
/** Folders of Logseq's own and of other programs, in which there are no pages: backups, the recycle bin. */
const NO_PAGES = /^(?:logseq|assets|draws|node_modules|bak|version-files)$/i;
const DEEPEST = 24;

interface Known {
  size: number;
  mtimeMs: number;
  ino: number;
}

/**
 * Reads a graph's folder. What cannot be read (no text, too large, a link that leads nowhere or out of the graph, a file that
 * vanishes meanwhile) becomes a note. Throws `graph.away` when the folder is not there.
 */
export async function openFolderIndex(folder: string): Promise<IndexedGraph> {
  let root: string;
  try {
    root = realpathSync(folder);
  } catch (error) {
    throw fail('unavailable', 'graph.away', `The graph's folder ${folder} is not there. Name another one.`, {
      cause: error,
    });
  }
  const known = new Map<string, Known>();
  const index = new GraphIndex();
  const listed = new Map<string, Listed>();
  /** Pages that are as Logseq has them. */
  const taken = new Set<string>();
  let { settings, problem } = await readSettings(root);
  let turn: Promise<void> = Promise.resolve();

  const refresh = async (): Promise<void> => {
    const now = await readSettings(root);
    if (JSON.stringify([...entriesOf(now.settings)]) !== JSON.stringify([...entriesOf(settings)])) {
      known.clear();
      listed.clear();
    }
    ({ settings, problem } = now);
    if (problem === undefined) index.notes.delete('logseq/config.edn');
    else index.notes.set('logseq/config.edn', { about: 'logseq/config.edn', text: problem });
    const pause = pauses();
    const seen = new Set<string>();
    for (const { path, isLink } of walk(root, settings, index, listed)) {
      seen.add(path);
      look(root, path, isLink, known, index, settings);
      if (pause.isDue()) await pause.take();
    }
    for (const path of index.sources()) if (!seen.has(path)) index.drop(path);
    for (const path of known.keys()) if (!seen.has(path)) known.delete(path);
    for (const path of index.notes.keys()) if (!seen.has(path) && !isOfWalk(path)) index.notes.delete(path);
    index.files = listFiles(root);
  };

  const one: IndexedGraph = {
    index,
    get settings() {
      return settings;
    },
    refresh() {
      const mine = turn.then(refresh);
      turn = mine.catch(() => {});
      return mine;
    },
    take(page) {
      const file = index.named(pageKey(page.name)).find(({ path }) => path !== undefined && known.has(path));
      if (file?.path === undefined) return;
      const { kind, path, changed, day } = file;
      index.put(path, factsOf({ ...sourceOf(page), kind, path, changed, day }, settings));
      taken.add(path);
    },
    letGo() {
      for (const path of taken) known.delete(path);
      taken.clear();
    },
  };
  await one.refresh();
  return one;
}

const WALK = 'walk:';
const isOfWalk = (id: string): boolean => id.startsWith(WALK) || id === 'logseq/config.edn';

/** A folder as it was listed. */
interface Listed {
  mtimeMs: number;
  at: number;
  folders: string[];
  files: { path: string; isLink: boolean }[];
}

/** So long a listing is good for while the folder says that it did not change: some disks do not keep a folder's time. */
const LISTING_MS = 60_000;
/** A change within so many milliseconds may leave the time as it was. */
const GRAIN_MS = 2_000;

/** Every file that may be a page or a board, by its path. `listed` keeps what is in folders that did not change. */
function* walk(
  root: string,
  settings: GraphSettings,
  index: GraphIndex,
  listed: Map<string, Listed>,
): Iterable<{ path: string; isLink: boolean }> {
  for (const id of index.notes.keys()) if (id.startsWith(WALK)) index.notes.delete(id);
  const left = [{ folder: '', depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    let found: Listed;
    try {
      found = list(root, next.folder, settings, listed);
    } catch (error) {
      listed.delete(next.folder);
      // Without its folder nobody can say that a page is gone: it may be on a disk that is not connected.
      if (next.folder === '' || next.folder === settings.pages) {
        const why = error instanceof Error ? error.message : String(error);
        throw fail('unavailable', 'graph.away', `The graph in ${root} cannot be read: ${why}.`, { cause: error });
      }
      index.notes.set(`${WALK}${next.folder}`, {
        about: next.folder,
        text: 'This folder cannot be read. It was left out.',
      });
      continue;
    }
    if (next.depth < DEEPEST) for (const folder of found.folders) left.push({ folder, depth: next.depth + 1 });
    yield* found.files;
  }
}

function list(root: string, folder: string, settings: GraphSettings, listed: Map<string, Listed>): Listed {
  const path = join(root, folder);
  const { mtimeMs } = statSync(path);
  const now = Date.now();
  const before = listed.get(folder);
  if (before?.mtimeMs === mtimeMs && before.at - mtimeMs > GRAIN_MS && now - before.at < LISTING_MS) return before;
  const found: Listed = { mtimeMs, at: now, folders: [], files: [] };
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name.startsWith('.') || settings.hidden.some((hidden) => isUnder(`/${inside}`, hidden))) continue;
    if (entry.isDirectory()) {
      if (!NO_PAGES.test(entry.name) || inside === settings.pages) found.folders.push(inside);
    } else if (isPage(inside, settings)) found.files.push({ path: inside, isLink: entry.isSymbolicLink() });
  }
  listed.set(folder, found);
  return found;
}

function isPage(path: string, settings: GraphSettings): boolean {
  if (/\.(?:md|markdown|org)$/i.test(path)) return true;
  return path.startsWith('whiteboards/') && path.endsWith('.edn') && settings.pages !== 'whiteboards';
}

const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function look(
  root: string,
  path: string,
  isLink: boolean,
  known: Map<string, Known>,
  index: GraphIndex,
  settings: GraphSettings,
): void {
  const file = join(root, path);
  const leave = (text: string): void => {
    index.drop(path);
    index.notes.set(path, { about: path, text });
  };
  /** The page is there all the same: links to it are not broken. */
  const leaveUnread = (text: string): void => {
    index.put(path, factsOfUnread(path, settings));
    index.notes.set(path, { about: path, text });
  };
  try {
    const { size, mtimeMs, ino, isFile } = lookAt(file);
    const before = known.get(path);
    if (before && before.size === size && before.mtimeMs === mtimeMs && before.ino === ino) return;
    known.set(path, { size, mtimeMs, ino });
    if (!isFile) return leave('This is no file. It was left out.');
    if (size > LARGEST_PAGE) {
      const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
      return leaveUnread(`This page has ${mib(size)}, more than the ${mib(LARGEST_PAGE)} that can be read. Split it.`);
    }
    if (isLink && !isWithin(root, realpathSync(file)))
      return leaveUnread('This link leads out of the graph. It was left out.');
    const bytes = readFileSync(file);
    const facts = factsOfFile({ path, bytes, changed: mtimeMs }, settings);
    if (!facts) return leaveUnread('This is no text in UTF-8. Convert it, so that it can be read.');
    index.notes.delete(path);
    // Touched, and the same as before.
    if (index.source(path)?.revision === facts.revision && index.source(path)?.changed === facts.changed) return;
    index.put(path, facts);
  } catch (error) {
    known.delete(path);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') leave('This file, or what its link leads to, is not there.');
    else if (code === 'ELOOP') leave('This link leads to itself.');
    else leaveUnread(`This file cannot be read (${code ?? (error instanceof Error ? error.message : String(error))}).`);
  }
}

function lookAt(file: string): Known & { isFile: boolean } {
  const found = statSync(file);
  return { size: found.size, mtimeMs: found.mtimeMs, ino: found.ino, isFile: found.isFile() };
}

function pauses(): { isDue(): boolean; take(): Promise<void> } {
  let from = performance.now();
  return {
    isDue: () => performance.now() - from > SLICE_MS,
    async take() {
      await setImmediate();
      from = performance.now();
    },
  };
}

function entriesOf(settings: GraphSettings): [string, unknown][] {
  return Object.entries({
    ...settings,
    commaProperties: [...settings.commaProperties],
    ignoredProperties: [...settings.ignoredProperties],
    reached: [],
    text: '',
  });
}
