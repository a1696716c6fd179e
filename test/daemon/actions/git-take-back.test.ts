import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changelogGenerate } from '../../../daemon/actions/changelog.ts';
import { docsUpdateVersion } from '../../../daemon/actions/docs.ts';
import { gitCommit } from '../../../daemon/actions/git-commit.ts';
import { gitTakeBack } from '../../../daemon/actions/git-take-back.ts';
import { gitUncommit } from '../../../daemon/actions/git-uncommit.ts';
import { versionBump } from '../../../daemon/actions/version.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { workRepository, type WorkRepository } from '../../fakes/repository.ts';

let repository: WorkRepository;
let directory: string;
let context: TestContext;
/** Not what git would write: it has Windows' line ends, and no newline at its end. */
const README = '# thing\r\n\r\nnpm install thing@1.0.0';

beforeEach(async () => {
  repository = await workRepository();
  directory = repository.directory;
  await repository.write('package.json', '{ "name": "thing",\n  "version": "1.0.0" }\n');
  await repository.write('README.md', README);
  await repository.commit('feat: begin');
  context = await testContext();
});

const at = (name: string) => path.join(directory, name);
const status = () => repository.git('status', '--porcelain');

/** What the stage Prepare writes, and the files that its steps name. */
async function prepare(): Promise<string[]> {
  const { old, version, files } = await versionBump.run(
    versionBump.input.parse({ directory, level: 'minor' }),
    context,
  );
  const { file } = await changelogGenerate.run(changelogGenerate.input.parse({ directory, version }), context);
  const docs = await docsUpdateVersion.run(docsUpdateVersion.input.parse({ directory, old, version }), context);
  return [...files, file, ...docs.files];
}
const commit = () =>
  gitCommit.run(
    gitCommit.input.parse({
      directory,
      paths: ['.'],
      message: 'chore: prepare',
      author: { name: 'Ada', email: 'a@example.org' },
    }),
    context,
  );
const takeBack = (files: string[]) => gitTakeBack.run({ directory, files }, context);
const uncommit = (hash: string, own = true) => gitUncommit.run({ directory, commit: hash, own }, context);

describe('git.take_back', () => {
  it('puts back to the byte what the run wrote, and removes what it made, once [core.action.git-take-back]', async () => {
    const files = await prepare();
    expect(await gitTakeBack.verify!({ directory, files }, context)).toEqual({ is: 'not-done' });
    expect((await takeBack(files)).files.toSorted()).toEqual(files.toSorted());
    expect(readFileSync(at('README.md'), 'utf8')).toBe(README);
    expect(existsSync(at('CHANGELOG.md'))).toBe(false);
    expect(await status()).toBe('');
    expect(await gitTakeBack.verify!({ directory, files }, context)).toMatchObject({ is: 'done' });
    await takeBack(files);
    expect(await status()).toBe('');
  });

  it('leaves what somebody has changed since as it is, says so, and puts the rest back [core.action.git-take-back]', async () => {
    const files = await prepare();
    const edited = readFileSync(at('CHANGELOG.md'), 'utf8').replace('No notable', 'Many notable');
    await writeFile(at('CHANGELOG.md'), `${edited}\nA word of mine.\n`);
    await expect(takeBack(files)).rejects.toMatchObject({
      code: 'git.changed_since',
      message: expect.stringMatching(/^CHANGELOG\.md was changed .*git status/),
    });
    expect(await status()).toBe('?? CHANGELOG.md');
    expect(readFileSync(at('CHANGELOG.md'), 'utf8')).toContain('A word of mine.');
  });

  it('touches nothing that is committed by now, and nothing that the run has not written [core.action.git-take-back]', async () => {
    const files = await prepare();
    await repository.git('commit', '--quiet', '--all', '--message', 'chore: mine now');
    await expect(takeBack(files.slice(0, 1))).rejects.toMatchObject({ code: 'git.changed_since' });
    expect(await status()).toBe('?? CHANGELOG.md');
    await writeFile(at('notes.txt'), 'half an idea');
    expect(await takeBack([at('notes.txt'), at('nowhere.txt')])).toMatchObject({ files: expect.any(Array) });
    expect(readFileSync(at('notes.txt'), 'utf8')).toBe('half an idea');
  });
});

describe('git.uncommit', () => {
  it('takes back the run’s own last commit, and then the files can be put back [core.action.git-take-back]', async () => {
    const before = await repository.git('rev-parse', 'HEAD');
    const files = await prepare();
    const { commit: made, own } = await commit();
    expect(own).toBe(true);
    expect(await uncommit(made)).toEqual({ commit: before, taken_back: true });
    await takeBack(files);
    expect(await status()).toBe('');
    expect(await gitUncommit.verify!({ directory, commit: made, own: true }, context)).toMatchObject({ is: 'done' });
  });

  it('leaves a commit of others, one that a remote has, and one with another on it [core.action.git-take-back]', async () => {
    const mine = await repository.commit('feat: mine');
    expect(await uncommit(mine, false)).toEqual({ commit: mine, taken_back: false });
    await prepare();
    const { commit: made } = await commit();
    const next = await repository.commit('fix: on top');
    await expect(uncommit(made)).rejects.toMatchObject({ code: 'git.committed_since' });
    await repository.git('push', '--quiet', 'origin', 'main');
    expect(await uncommit(made)).toEqual({ commit: next, taken_back: false });
    expect(await repository.git('rev-parse', 'HEAD')).toBe(next);
  });
});

describe('git.commit', () => {
  it('leaves nothing staged where a hook stops it, but what a person had staged [core.action.git]', async () => {
    await repository.write('mine.txt', 'staged by a person\n');
    await repository.git('add', 'mine.txt');
    const hooks = path.join(directory, '.git', 'hooks');
    await mkdir(hooks, { recursive: true });
    await writeFile(path.join(hooks, 'pre-commit'), '#!/bin/sh\necho no >&2\nexit 1\n');
    await chmod(path.join(hooks, 'pre-commit'), 0o755);
    const files = await prepare();
    await expect(commit()).rejects.toMatchObject({ code: 'git.stopped_by_hook' });
    await takeBack(files);
    expect(await status()).toBe('A  mine.txt');
  });
});
