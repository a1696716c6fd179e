import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { ActionContext } from '../actions/action.ts';
import { git, gitText } from '../git/command.ts';
import { topOfCheckout } from '../project/folders-above.ts';

/**
 * Refuses a folder in which files are missing or changed without git saying so (a sparse checkout, `git update-index
 * --assume-unchanged`): a clean tree is then not what is committed, and that would be published. Throws `package.passed_over`.
 */
export async function requireNothingPassedOver(directory: string, context: ActionContext): Promise<void> {
  const folder = path.resolve(directory);
  if (topOfCheckout(folder) === undefined) return;
  const differing = await differingIn(folder, context);
  if (differing.length === 0) return;
  const names = `${differing.slice(0, 5).join(', ')}${differing.length > 5 ? ` and ${differing.length - 5} more` : ''}`;
  throw fail(
    'invalid',
    'package.passed_over',
    `The package in ${directory} would not be what is committed: git was told to pass over ${names}. Bring back what is missing ` +
      '(git sparse-checkout disable), let git look again at what is changed (git update-index --no-assume-unchanged ' +
      '--no-skip-worktree FILE, then commit or restore it), and go on where it stopped.',
    { data: { files: differing.slice(0, 100) } },
  );
}

async function differingIn(folder: string, context: ActionContext): Promise<string[]> {
  const list = async (how: string, paths: readonly string[]) =>
    (await gitText(context, folder, ['ls-files', how, '-z', '--', ...paths], { keepBytes: 64 * 2 ** 20 }))
      .split('\0')
      .filter((entry) => entry !== '');
  // `S` was left out of the work tree; small letters stand for what is taken as unchanged (git-ls-files(1)).
  const marked = (await list('-v', ['.'])).filter((entry) => /^[Sa-z] /.test(entry)).map((entry) => entry.slice(2));
  if (marked.length === 0) return [];
  const kept = new Map(
    (await list('--stage', ['.'])).map((entry) => [entry.slice(entry.indexOf('\t') + 1), entry.split(' ')[1] ?? '']),
  );
  const differing: string[] = [];
  for (const file of marked) {
    const found = await lstat(path.join(folder, file)).catch(() => undefined);
    const same =
      found &&
      (!found.isFile() || (await git(context, folder, ['hash-object', '--', file])).stdout.trim() === kept.get(file));
    if (!same) differing.push(file);
  }
  return differing;
}
