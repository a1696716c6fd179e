import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { CodeRef } from '../graph-index/facts.ts';
import type { GraphIndex } from '../graph-index/graph-index.ts';
import { isWithin } from '../graph/page-files.ts';

/** A block that names a file of code. */
export interface NamedAt {
  page: string;
  /** Of the page, from 1, where the graph has files. */
  line?: number;
  /** The file as it is written there, and the line of it where the block says one. */
  file: string;
  fileLine?: number;
  /** What else the block names in code: functions, by which people look for the place. */
  symbols: string[];
  /** The block's first line. */
  text: string;
  /** Whether it is surely this file: otherwise only the ends of the two paths are the same. */
  sure: boolean;
}

/**
 * The path of a file as pages name it: from the folder of the configured repository that has it, else of the checkout that it is
 * in, else as it was given. The file itself need not be there any more.
 */
export function pathInRepository(given: string, repositories: readonly string[], from = process.cwd()): string {
  const file = real(resolve(from, given));
  const roots = repositories.filter(existsSync).map((folder) => realpathSync(folder));
  const root = roots.find((folder) => isWithin(folder, file)) ?? checkoutOf(file);
  // A path that leads nowhere from here is taken for one that was copied from a page.
  if (root !== undefined && (existsSync(file) || existsSync(dirname(file)))) return slashes(relative(root, file));
  return slashes(given).replace(/^(?:\.\/)+/, '');
}

/**
 * Where pages name a file, by its path from its repository's folder: those that surely mean it first. A shorter or longer path
 * with the same end may mean it, unless `elsewhere` says that there is such a file itself. Templates and pages that only list
 * others are left out.
 */
export function pagesAbout(graph: GraphIndex, path: string, elsewhere: (path: string) => boolean): NamedAt[] {
  const found: NamedAt[] = [];
  for (const { name: page, code, lists } of graph.having('code')) {
    if (lists) continue;
    for (const { kind, name, line: fileLine, place } of onceEach(code)) {
      const sure = name === path;
      if (kind !== 'path' || place.template || !(sure || (sameEnd(name, path) && !elsewhere(name)))) continue;
      const symbols = code.flatMap((ref) => (ref.kind === 'symbol' && ref.place === place ? [`${ref.name}()`] : []));
      found.push({
        page,
        ...(place.line === undefined ? {} : { line: place.line }),
        file: name,
        ...(fileLine === undefined ? {} : { fileLine }),
        symbols: [...new Set(symbols)],
        text: place.content.split('\n', 1)[0]!.trim(),
        sure,
      });
    }
  }
  return found.sort(
    (one, other) =>
      Number(other.sure) - Number(one.sure) ||
      (one.page < other.page ? -1 : one.page > other.page ? 1 : (one.line ?? 0) - (other.line ?? 0)),
  );
}

/** What one block says twice counts once. */
function* onceEach(code: readonly CodeRef[]): Iterable<CodeRef> {
  const told = new Map<CodeRef['place'], Set<string>>();
  for (const ref of code) {
    const said = told.get(ref.place) ?? new Set();
    told.set(ref.place, said);
    const what = `${ref.kind} ${ref.name} ${ref.line ?? ''}`;
    if (!said.has(what)) yield ref;
    said.add(what);
  }
}

function sameEnd(one: string, other: string): boolean {
  return one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}

/** With links resolved as far as there is something. */
function real(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : join(real(above), basename(path));
}

function checkoutOf(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

const slashes = (path: string): string => path.split(sep).join('/');
