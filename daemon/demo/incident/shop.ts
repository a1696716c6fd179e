import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FILES = fileURLToPath(new URL('shop', import.meta.url));

/** The service of the demo in a git repository of its own, with a bare remote beside it. */
export interface Shop {
  /** The checkout. */
  directory: string;
  remote: string;
  /** The commit that runs before anything is mended. */
  commit: string;
}

/** What a person can write when they are asked to mend it: what helps, or something that does not. */
export type Change = 'fixed' | 'other';

/** Makes the shop as it is before it is mended: it forgets connections. `parent` must be an empty folder. */
export async function makeShop(parent: string): Promise<Shop> {
  const [directory, remote] = [join(parent, 'shop'), join(parent, 'shop.git')];
  await mkdir(directory);
  await cp(join(FILES, 'before'), directory, { recursive: true });
  const git = (...argv: string[]) => run('git', argv, { cwd: directory });
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.invalid');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'feat: orders can be looked up');
  await git('remote', 'add', 'origin', remote);
  await git('push', '--quiet', 'origin', 'main');
  const { stdout } = await git('rev-parse', 'HEAD');
  return { directory, remote, commit: stdout.trim() };
}

/** Changes the code in the checkout, as a person would; nothing is committed. */
export async function changeShop({ directory }: Shop, change: Change): Promise<void> {
  await cp(join(FILES, change), directory, { recursive: true });
}
