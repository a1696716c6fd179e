import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface WorkRepository {
  directory: string;
  /** The bare repository that `origin` is, with an empty history until something is pushed. */
  remote: string;
  git(...args: string[]): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Writes a file and commits it. Gives the commit. */
  commit(message: string, file?: string, text?: string): Promise<string>;
}

/** A real repository on the branch `main` without a commit, with a bare one as its `origin`. Nobody is configured. */
export async function workRepository(): Promise<WorkRepository> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'repository-')));
  const [directory, remote] = [path.join(root, 'work'), path.join(root, 'origin.git')];
  await mkdir(directory);
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  const git = async (...args: string[]) =>
    (await execute('git', [...who, ...args], { cwd: directory, env: { ...process.env, LC_ALL: 'C' } })).stdout.trim();
  await git('init', '--quiet', '--bare', '--initial-branch=main', remote);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', remote);
  let count = 0;
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), text);
  };
  return {
    directory,
    remote,
    git,
    write,
    async commit(message, file = `file-${++count}`, text = `${message}\n`) {
      await write(file, text);
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** Makes a hook of a repository (`.git`, or a bare one) from a few lines of shell. */
export async function hook(gitDirectory: string, name: string, lines: string): Promise<void> {
  const file = path.join(gitDirectory, 'hooks', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
}
