import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ActionContext } from '../actions/action.ts';
import { git, gitText } from '../git/command.ts';
import { topOfCheckout } from '../project/folders-above.ts';

/** What tools leave beside the source, wherever it stands. */
const LEFT_BEHIND =
  /^(\.git|\.hg|\.venv|venv|node_modules|__pycache__|\.tox|\.mypy_cache|\.pytest_cache|.*\.egg-info)$/;
/** Where builds end, at the top; deeper it is a package of that name, or a part that was built for this one. */
const BUILT = /^(build|dist)$/;

/**
 * Gives the copy of a package's folder in which it is built, so that the work tree stays clean, to `use`, and removes it after.
 * Around the copy is a repository of its own that knows the same files and ignores the same ones: build tools ask it what must
 * not be packed, such as a `.env` that a `.gitignore` further up keeps out.
 */
export async function inSourceCopy<T>(
  directory: string,
  context: ActionContext,
  use: (copy: string) => Promise<T>,
): Promise<T> {
  const root = await realpath(directory);
  const top = topOfCheckout(root);
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'stagebook-build-')));
  try {
    const index = top === undefined ? '' : await indexOf(root, context);
    const known = foldersIn(index).map((folder) => path.join(top ?? root, folder));
    const knows = new Set(known);
    const copy = path.join(base, path.relative(top ?? root, root));
    await mkdir(copy, { recursive: true });
    await cp(root, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => {
        if (file === root || knows.has(file)) return true;
        const name = path.basename(file);
        return !LEFT_BEHIND.test(name) && !(BUILT.test(name) && path.dirname(file) === root);
      },
    });
    if (top !== undefined) await asRepository({ top, root, base, index }, context);
    return await use(copy);
  } finally {
    await rm(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What git keeps of the folder, in the form that `git update-index --index-info` takes. */
async function indexOf(root: string, context: ActionContext): Promise<string> {
  const { stdout } = await git(context, root, ['ls-files', '--stage', '--full-name', '-z', '--', '.'], {
    keepBytes: 64 * 2 ** 20,
  });
  return stdout;
}

/** The folders that hold such files, by their place in the repository. */
function foldersIn(index: string): string[] {
  const folders = new Set<string>();
  for (const entry of index.split('\0')) {
    const file = entry.slice(entry.indexOf('\t') + 1);
    for (let at = path.dirname(file); at !== '.' && !folders.has(at); at = path.dirname(at)) folders.add(at);
  }
  return [...folders];
}

async function asRepository(
  { top, root, base, index }: Record<'top' | 'root' | 'base' | 'index', string>,
  context: ActionContext,
): Promise<void> {
  const hashes = await gitText(context, root, ['rev-parse', '--show-object-format']);
  await git(context, base, ['init', '--quiet', '--template=', `--object-format=${hashes}`]);
  if (index !== '') await git(context, base, ['update-index', '-z', '--index-info'], { input: index });
  const exclude = path.resolve(root, await gitText(context, root, ['rev-parse', '--git-path', 'info/exclude']));
  await mkdir(path.join(base, '.git', 'info'), { recursive: true });
  await copyWhereThere(exclude, path.join(base, '.git', 'info', 'exclude'));
  for (let at = root; at !== top; at = path.dirname(at)) {
    const ignore = path.join(path.dirname(at), '.gitignore');
    await copyWhereThere(ignore, path.join(base, path.relative(top, ignore)));
  }
}

async function copyWhereThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await copyFile(from, to);
}
