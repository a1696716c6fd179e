import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { filesRead } from '../../../daemon/actions/files-read.ts';
import { isRestrictedFile } from '../../../daemon/personas/permit.ts';
import { filesWrite } from '../../../daemon/actions/files-write.ts';
import { testContext } from '../../fakes/action-context.ts';

let root: string;
let directory: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'files-')));
  directory = join(root, 'project');
  mkdirSync(join(directory, 'src'), { recursive: true });
  mkdirSync(join(root, 'other'));
  execFileSync('git', ['init', '--quiet'], { cwd: directory });
  writeFileSync(join(directory, '.gitignore'), '.env\n');
});

describe('files.write', () => {
  const write = async (path: string, text = 'x\n') =>
    filesWrite.run(
      filesWrite.input.parse({
        directory,
        files: [
          { path: 'src/good.js', text: 'good\n' },
          { path, text },
        ],
      }),
      await testContext(),
    );

  it('writes whole files, new folders too, and touches none that is so already [feature.files.inside]', async () => {
    expect(await write('src/deep/er/a.js')).toEqual({ written: ['src/good.js', 'src/deep/er/a.js'], unchanged: [] });
    expect(readFileSync(join(directory, 'src/deep/er/a.js'), 'utf8')).toBe('x\n');
    expect(await write('src/deep/er/a.js', 'y\n')).toEqual({
      written: ['src/deep/er/a.js'],
      unchanged: ['src/good.js'],
    });
  });

  it.each([
    ['../other/a.js'],
    ['src/../../other/a.js'],
    ['/etc/stagebook-test'],
    ['.'],
    ['.git/hooks/pre-commit'],
    ['.GIT/config'],
    ['src/.git/config'],
    ['link/a.js'],
    ['linked.js'],
  ])('refuses %s, and then writes nothing at all [feature.files.inside]', async (path) => {
    symlinkSync(join(root, 'other'), join(directory, 'link'));
    symlinkSync(join(root, 'other', 'b.js'), join(directory, 'linked.js'));
    writeFileSync(join(root, 'other', 'b.js'), 'before');
    await expect(write(path)).rejects.toMatchObject({ code: 'project.outside' });
    expect(existsSync(join(directory, 'src/good.js'))).toBe(false);
    expect(readdirSync(join(root, 'other'))).toEqual(['b.js']);
    expect(readFileSync(join(root, 'other', 'b.js'), 'utf8')).toBe('before');
  });
});

describe('files.read', () => {
  const read = async (more: object = {}) =>
    filesRead.run(filesRead.input.parse({ directory, ...more }), await testContext());

  it('gives texts that git takes; secrets, links, binaries and what does not fit are left out [feature.files.read]', async () => {
    writeFileSync(join(directory, 'src/a.js'), 'a\n');
    writeFileSync(join(directory, '.env'), 'TOKEN=secret\n');
    writeFileSync(join(directory, 'picture.png'), Buffer.from([0x89, 0, 1]));
    writeFileSync(join(directory, 'long.txt'), 'x'.repeat(500));
    symlinkSync('/etc/hostname', join(directory, 'linked'));
    execFileSync('git', ['add', '.'], { cwd: directory });
    const { files, left_out: leftOut } = await read({ chars: 300 });
    expect(files.map(({ path }) => path)).toEqual(['.gitignore', 'src/a.js']);
    expect(leftOut.toSorted()).toEqual(['linked', 'long.txt', 'picture.png']);
    expect((await read({ folders: ['src'] })).files).toEqual([{ path: 'src/a.js', text: 'a\n' }]);
  });

  it('leaves out what the persona may not touch, and nothing of that is written either [personas.limits.refused]', async () => {
    mkdirSync(join(directory, 'keys'));
    writeFileSync(join(directory, 'keys/own.txt'), 'key\n');
    writeFileSync(join(directory, 'src/a.js'), 'a\n');
    const persona = { id: 'p', actions: [], secrets: [], restrictedPaths: ['keys/**'] };
    const context = { ...(await testContext()), isRestricted: (file: string) => isRestrictedFile(file, [persona]) };
    const found = await filesRead.run(filesRead.input.parse({ directory }), context);
    expect(found.files.map(({ path }) => path)).toEqual(['.gitignore', 'src/a.js']);
    expect(found.left_out).toEqual(['keys/own.txt']);
    const files = [
      { path: 'src/new.js', text: 'x' },
      { path: 'keys/own.txt', text: 'x' },
    ];
    await expect(filesWrite.run({ directory, files }, context)).rejects.toMatchObject({ code: 'persona.refused' });
    expect(existsSync(join(directory, 'src/new.js'))).toBe(false);
  });
});
