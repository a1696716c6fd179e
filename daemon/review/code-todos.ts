import { hash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { isWithin } from '../graph/page-files.ts';
import { code, plain } from '../page-parts/text.ts';
import type { DocBlock, PageDoc } from '../pages/page.ts';
import { createProcessRunner } from '../process/runner.ts';

/** What a comment in code leaves to be done. */
export interface CodeTodo {
  /** Relative to the repository, with `/`. */
  path: string;
  /** From 1. */
  line: number;
  mark: string;
  /** `TODO(ada): …`. */
  owner?: string;
  text: string;
}

export interface RepositoryTodos {
  repository: string;
  todos: CodeTodo[];
}

/** A mark after what begins a comment in most languages: as a word in code or prose it is none. */
const TODO =
  /(?:\/\/|\/\*|^\s*\*|#|--|;|%|<!--)[/*#;!\s-]*\b(TODO|FIXME|HACK|XXX)\b(?:\(([^)\n]{1,60})\))?:?[ \t]*(.*)$/;
/** Larger files are generated, or data. */
const LARGEST = 512 * 1024;
const MOST_FILES = 50_000;
/** So many of a repository stand on the page. */
const MOST_SHOWN = 1_000;

/**
 * Gathers them from repositories, by what git tracks; in a folder without git from every file but hidden ones. Throws
 * `review.repository_gone` for a folder that is not there.
 */
export async function gatherTodos(folders: readonly string[]): Promise<RepositoryTodos[]> {
  const all: RepositoryTodos[] = [];
  const unique = [...new Set(folders.map((folder) => resolve(folder)))];
  for (const folder of unique) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw fail(
        'not-found',
        'review.repository_gone',
        `There is no folder ${folder}. Correct review.repositories in config.yaml.`,
      );
    const todos: CodeTodo[] = [];
    for (const path of await filesOf(folder)) todos.push(...todosIn(folder, path));
    all.push({ repository: nameAmong(folder, unique), todos });
  }
  return all;
}

/** The last parts of a folder's path, as many as no other one ends with. */
function nameAmong(folder: string, all: readonly string[]): string {
  const parts = folder.split(sep);
  for (let many = 1; many < parts.length; many += 1) {
    const name = parts.slice(-many).join(sep);
    if (all.every((other) => other === folder || !other.endsWith(sep + name))) return name.split(sep).join('/');
  }
  return basename(folder);
}

async function filesOf(folder: string): Promise<string[]> {
  const tracked = await createProcessRunner({ programs: {} })
    .run(['git', 'ls-files', '-z'], { cwd: folder, timeoutMs: 60_000, keepBytes: 64 * 2 ** 20 })
    .catch(() => undefined);
  if (tracked?.exitCode === 0) return tracked.stdout.split('\0').filter(Boolean).slice(0, MOST_FILES);
  const files: string[] = [];
  const left = [''];
  for (let inside = left.pop(); inside !== undefined && files.length < MOST_FILES; inside = left.pop()) {
    for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) left.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return files.sort();
}

function todosIn(folder: string, path: string): CodeTodo[] {
  let text: string;
  try {
    const file = realpathSync(join(folder, path));
    if (!isWithin(realpathSync(folder), file) || statSync(file).size > LARGEST) return [];
    text = readFileSync(file, 'utf8');
  } catch {
    // Tracked, and not there: somebody is deleting it.
    return [];
  }
  if (text.includes('\0') || !/TODO|FIXME|HACK|XXX/.test(text)) return [];
  return text.split('\n').flatMap((line, at) => {
    const [, mark, owner, said = ''] = TODO.exec(line.slice(0, 2_000)) ?? [];
    if (mark === undefined) return [];
    const what = said.replace(/\s*(?:\*\/|-->)\s*$/, '').trim();
    return [{ path, line: at + 1, mark, ...(owner !== undefined && { owner }), text: what }];
  });
}

/** The page of them: a list to look through, with where each stands. The same code gives the same page. */
export function todosDoc(repositories: readonly RepositoryTodos[]): PageDoc {
  const count = repositories.reduce((sum, { todos }) => sum + todos.length, 0);
  return {
    name: 'Code TODOs',
    properties: {
      type: 'todos',
      repositories: repositories.map(({ repository }) => plain(repository)).join(', '),
      count: String(count),
    },
    blocks: [
      {
        key: 'summary',
        content: `What comments in code leave to be done: ${count} in ${repositories.length} ${repositories.length === 1 ? 'repository' : 'repositories'}.`,
      },
      ...repositories.map(repositoryBlock),
    ],
  };
}

function repositoryBlock({ repository, todos }: RepositoryTodos): DocBlock {
  const shown = todos.slice(0, MOST_SHOWN);
  const counts = new Map<string, number>();
  const files = [...Map.groupBy(shown, ({ path }) => path)].map(([path, some]): DocBlock => ({
    key: `file/${repository}/${path}`,
    content: code(path),
    children: some.map(({ line, mark, owner, text }) => {
      // By what it says, so that it stays the same block when lines above it come and go.
      const said = hash('sha256', `${path}\n${mark}\n${text}`).slice(0, 16);
      const nth = (counts.get(said) ?? 0) + 1;
      counts.set(said, nth);
      const who = owner === undefined ? '' : ` (${plain(owner)})`;
      return {
        key: `todo/${repository}/${said}/${nth}`,
        content: `${code(`${path}:${line}`)} ${mark.toLowerCase()}${who}: ${plain(text === '' ? 'nothing more is said' : text)}`,
      };
    }),
  }));
  const left = todos.length - shown.length;
  return {
    key: `repository/${repository}`,
    content: `**${plain(repository)}** — ${todos.length}`,
    children: [...files, ...(left > 0 ? [{ key: `left/${repository}`, content: `and ${left} more` }] : [])],
  };
}
