import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
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
  /** Pages that are as Logseq has them. */
  const taken = new Set<string>();
  let { settings, problem } = await readSettings(root);
  let turn: Promise<void> = Promise.resolve();

  const refresh = async (): Promise<void> => {
    const now = await readSettings(root);
    if (JSON.stringify([...entriesOf(now.settings)]) !== JSON.stringify([...entriesOf(settings)])) known.clear();
    ({ settings, problem } = now);
    if (problem === undefined) index.notes.delete('logseq/config.edn');
    else index.notes.set('logseq/config.edn', { about: 'logseq/config.edn', text: problem });
    const pause = pauses();
    const seen = new Set<string>();
    for (const { path, isLink } of walk(root, settings, index)) {
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

/** Every file that may be a page or a board, by its path. */
function* walk(root: string, settings: GraphSettings, index: GraphIndex): Iterable<{ path: string; isLink: boolean }> {
  for (const id of index.notes.keys()) if (id.startsWith(WALK)) index.notes.delete(id);
  const left = [{ folder: '', depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(root, next.folder), { withFileTypes: true });
    } catch (error) {
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
    for (const entry of entries) {
      const path = next.folder === '' ? entry.name : `${next.folder}/${entry.name}`;
      if (entry.name.startsWith('.') || settings.hidden.some((hidden) => isUnder(`/${path}`, hidden))) continue;
      if (entry.isDirectory()) {
        if (next.depth < DEEPEST && (!NO_PAGES.test(entry.name) || path === settings.pages)) {
          left.push({ folder: path, depth: next.depth + 1 });
        }
      } else if (isPage(path, settings)) yield { path, isLink: entry.isSymbolicLink() };
    }
  }
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
