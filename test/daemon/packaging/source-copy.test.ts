import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { gitText } from '../../../daemon/git/command.ts';
import { inSourceCopy } from '../../../daemon/packaging/source-copy.ts';
import { atWork } from '../actions/at-work.ts';

const listed = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('.git/'))
    .toSorted();

it('copies packages that are called like what builds leave behind, and nothing that they have left [core.action.build]', async () => {
  const { repository, directory, context } = await atWork();
  await repository.write('.gitignore', '/build/\n/dist/\n*.js\n');
  await repository.write('src/thing/build/__init__.py', '');
  await repository.write('src/thing/dist/deep/__init__.py', '');
  await repository.write('venv/__init__.py', '');
  await repository.commit('feat: begin', 'pyproject.toml', '');
  await repository.write('build/lib/thing/old.py', '');
  await repository.write('dist/thing-0.9.0.tar.gz', '');
  await repository.write('src/thing/__pycache__/x.pyc', '');
  await repository.write('node_modules/x/index.js', '');
  await repository.write('src/thing/static/build/app.js', '');
  const source = [
    '.gitignore',
    'pyproject.toml',
    'src/thing/build/__init__.py',
    'src/thing/dist/deep/__init__.py',
    'src/thing/static/build/app.js',
  ];
  expect(await inSourceCopy(directory, context, listed)).toEqual([...source, 'venv/__init__.py']);
  const plain = await mkdtemp(path.join(tmpdir(), 'no-checkout-'));
  await cp(directory, plain, { recursive: true, filter: (file) => path.basename(file) !== '.git' });
  expect(await inSourceCopy(plain, context, listed)).toEqual(source);
});

it('tells build tools in a part of a repository what git ignores and what it keeps all the same, and is gone after [core.action.build]', async () => {
  const { repository, directory, context } = await atWork();
  await repository.write('.gitignore', '.env\n*.log\n');
  await repository.commit('feat: begin', 'packages/thing/pyproject.toml', '');
  await repository.write('packages/thing/kept.log', '');
  await repository.git('add', '--force', 'packages/thing/kept.log');
  await repository.git('commit', '--quiet', '--message', 'chore: keep');
  await repository.write('.git/info/exclude', '*.local\n');
  for (const file of ['src/.env', 'run.log', 'my.local']) await repository.write(`packages/thing/${file}`, 'secret');
  const asked = await inSourceCopy(path.join(directory, 'packages/thing'), context, async (copy) => {
    onTestFinished(() => expect(existsSync(copy)).toBe(false));
    return {
      ignored: await gitText(context, copy, ['ls-files', '--others', '--ignored', '--exclude-standard']),
      kept: await gitText(context, copy, ['ls-files']),
      changed: await gitText(context, copy, ['ls-files', '--modified', '--deleted']),
      top: path.relative(await gitText(context, copy, ['rev-parse', '--show-toplevel']), copy),
    };
  });
  expect(asked).toEqual({
    ignored: 'my.local\nrun.log\nsrc/.env',
    kept: 'kept.log\npyproject.toml',
    changed: '',
    top: 'packages/thing',
  });
  expect(await repository.git('status', '--porcelain')).toBe('');
});
