import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FILES = fileURLToPath(new URL('sample-app', import.meta.url));

/** A small real application, API and page, in a git repository of its own, with a bare remote beside it. */
export interface SampleApp {
  /** The checkout. */
  directory: string;
  /** Its remote, a bare repository. */
  remote: string;
}

/** The two halves of the feature, as somebody wrote them. */
export type FeaturePart = 'backend' | 'frontend';

/** Makes the application as it is before the feature, commits and pushes it. `parent` must be an empty folder. */
export async function makeSampleApp(parent: string): Promise<SampleApp> {
  const directory = join(parent, 'house-notices');
  const remote = join(parent, 'house-notices.git');
  await mkdir(directory);
  await copyPart('before', directory);
  await symlink(packages(), join(directory, 'node_modules'), 'junction');
  const git = (...argv: string[]) => run('git', argv, { cwd: directory });
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.invalid');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'feat: a board that can be read');
  await git('remote', 'add', 'origin', remote);
  await git('push', '--quiet', 'origin', 'main');
  return { directory, remote };
}

/** Puts one half of the feature into the checkout, with its tests. */
export function writeFeature({ directory }: SampleApp, part: FeaturePart): Promise<void> {
  return copyPart(part, directory);
}

/** Kept as texts, because they are no code of this repository: under their own names they would be its .gitignore, its tests. */
async function copyPart(part: 'before' | FeaturePart, directory: string): Promise<void> {
  const from = join(FILES, part);
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = join(directory, relative(from, entry.parentPath));
    await mkdir(folder, { recursive: true });
    const name = entry.name.replace(/\.txt$/, '').replace(/^gitignore$/, '.gitignore');
    await copyFile(join(entry.parentPath, entry.name), join(folder, name));
  }
}

/** Where Playwright is installed for us: the application uses the same, so that nothing has to be downloaded. */
function packages(): string {
  const manifest = createRequire(import.meta.url).resolve('@playwright/test/package.json');
  return dirname(dirname(dirname(manifest)));
}
