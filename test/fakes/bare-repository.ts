import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestRepository {
  /** The bare repository, which is pushed to. */
  path: string;
  /** A work tree with one commit on `main`, pushed. */
  work: string;
  commit: string;
  git(...argv: string[]): Promise<string>;
}

/** Makes a bare repository with one commit and, if named, an annotated tag. */
export async function bareRepository(tag?: string): Promise<TestRepository> {
  const root = await mkdtemp(join(tmpdir(), 'bare-'));
  const [work, path] = [join(root, 'work'), join(root, 'package.git')];
  await mkdir(work);
  const who = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.org', '-c', 'init.defaultBranch=main'];
  const git = (...argv: string[]) =>
    new Promise<string>((resolve, reject) => {
      execFile(
        'git',
        [...who, ...argv],
        { cwd: work, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } },
        (error, stdout) => (error ? reject(new Error(error.message)) : resolve(stdout.trim())),
      );
    });
  await git('init', '--quiet', '--bare', path);
  await git('init', '--quiet');
  await writeFile(join(work, 'README.md'), '# A package\n');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'feat: begin');
  if (tag) await git('tag', '-a', tag, '-m', `The notes of ${tag}`);
  await git('push', '--quiet', path, 'main', ...(tag ? [tag] : []));
  return { path, work, commit: await git('rev-parse', 'HEAD'), git };
}
