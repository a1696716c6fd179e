import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gitCommit } from '../../../daemon/actions/git-commit.ts';
import { gitStatus } from '../../../daemon/actions/git-look.ts';
import { gitPush } from '../../../daemon/actions/git-push.ts';
import { testContext } from '../../fakes/action-context.ts';
import { hook } from '../../fakes/repository.ts';
import { atWork, type AtWork } from './at-work.ts';

let { repository, directory, context } = {} as AtWork;
beforeEach(async () => {
  ({ repository, directory, context } = await atWork());
});

const commit = (message: string, paths: string[], at = context) =>
  gitCommit.run(gitCommit.input.parse({ directory, message, paths }), at);

const push = (refs: string[], more = {}) => gitPush.input.parse({ directory, refs, ...more });

const count = async (range = 'HEAD') => Number(await repository.git('rev-list', '--count', range));

describe('git.commit', () => {
  it('commits the named paths and nothing else, removed and new ones too [core.action.git]', async () => {
    await repository.commit('feat: begin', 'gone.txt');
    await repository.write('new/a.txt', 'a');
    await repository.write('not this.txt', 'no');
    await rm(path.join(directory, 'gone.txt'));
    const result = await commit('chore(release): prepare v1.1.0\n\n# Not a comment', ['gone.txt', 'new']);
    expect(result).toMatchObject({ branch: 'main', created: true, subject: 'chore(release): prepare v1.1.0' });
    expect(await repository.git('show', '--name-status', '--format=', 'HEAD')).toBe('D\tgone.txt\nA\tnew/a.txt');
    expect(await repository.git('log', '-1', '--format=%B')).toContain(
      '# Not a comment\n\nStagebook-Key: key-of-this-test',
    );
    expect(await repository.git('status', '--porcelain')).toBe('?? "not this.txt"');
  });

  it('makes one commit however often it is tried under a key [core.action.git]', async () => {
    await repository.commit('feat: begin');
    await repository.write('a.txt', 'a');
    const settings = gitCommit.input.parse({ directory, message: 'chore: a', paths: ['a.txt'] });
    expect(await gitCommit.verify!(settings, context)).toEqual({ is: 'not-done' });
    const first = await gitCommit.run(settings, context);
    await repository.write('a.txt', 'changed since');
    expect(await gitCommit.run(settings, context.again())).toEqual({ ...first, created: false });
    expect(await gitCommit.verify!(settings, context)).toEqual({ is: 'done', result: { ...first, created: false } });
    expect(await count()).toBe(2);
  });

  it('takes the commit of an earlier epoch only when nothing has changed since', async () => {
    await repository.commit('feat: begin');
    await repository.write('a.txt', 'a');
    const first = await commit('chore: a', ['a.txt']);
    const later = await testContext({ key: 'key-of-epoch-2', earlierKeys: ['key-of-this-test'] });
    const settings = gitCommit.input.parse({ directory, message: 'chore: a', paths: ['a.txt'] });
    expect(await gitCommit.verify!(settings, later)).toMatchObject({ is: 'done', result: { commit: first.commit } });
    expect(await gitCommit.verify!({ ...settings, message: 'chore: other' }, later)).toEqual({ is: 'not-done' });
    await repository.write('a.txt', 'b');
    expect(await gitCommit.verify!(settings, later)).toEqual({ is: 'not-done' });
    expect(await commit('chore: a', ['a.txt'], later)).toMatchObject({ created: true });
    expect(await count()).toBe(3);
  });

  it('takes what somebody has committed since for the commit of a later epoch', async () => {
    await repository.commit('feat: begin');
    await repository.write('a.txt', 'a');
    await commit('chore: a', ['a.txt']);
    const since = await repository.commit('fix: a', 'a.txt', 'b');
    const later = await testContext({ key: 'key-of-epoch-2', earlierKeys: ['key-of-this-test'] });
    const settings = gitCommit.input.parse({ directory, message: 'chore: a', paths: ['a.txt'] });
    expect(await gitCommit.verify!(settings, later)).toEqual({ is: 'not-done' });
    const { commit: head, created } = await commit('chore: a', ['a.txt'], later);
    expect([head, created]).toEqual([since, false]);
  });

  it('keeps the trailers that the message has', async () => {
    await repository.write('a.txt', 'a');
    await commit('fix: a\n\nBecause.\n\nCloses: #1\nReviewed-by: Ada', ['a.txt']);
    const trailers = await repository.git('log', '-1', '--format=%(trailers:unfold)');
    expect(trailers).toBe('Closes: #1\nReviewed-by: Ada\nStagebook-Key: key-of-this-test');
  });

  it('has an author also where nobody has told git who they are', async () => {
    await repository.write('a.txt', 'a');
    await commit('chore: a', ['a.txt']);
    expect(await repository.git('log', '-1', '--format=%an <%ae> %cn')).toBe(
      'Stagebook <stagebook@localhost> Stagebook',
    );
    await repository.git('config', 'user.name', 'Grace');
    await repository.git('config', 'user.email', 'grace@example.org');
    await repository.write('a.txt', 'b');
    await commit('chore: b', ['a.txt'], await testContext({ key: 'b' }));
    expect(await repository.git('log', '-1', '--format=%an <%ae>')).toBe('Grace <grace@example.org>');
    await repository.write('a.txt', 'c');
    const author = { name: 'Linus', email: 'linus@example.org' };
    const settings = gitCommit.input.parse({ directory, message: 'chore: c', paths: ['a.txt'], author });
    await gitCommit.run(settings, await testContext({ key: 'c' }));
    expect(await repository.git('log', '-1', '--format=%an <%ae>')).toBe('Linus <linus@example.org>');
  });

  it('says that there was nothing to commit instead of making an empty commit', async () => {
    const head = await repository.commit('feat: begin', 'a.txt');
    expect(await commit('chore: nothing', ['a.txt'])).toMatchObject({ commit: head, created: false });
  });

  it('leaves a clean tree where a hook formats what is committed, and what others have staged alone [core.action.git]', async () => {
    await repository.commit('feat: begin', 'index.js', 'one\n');
    await hook(`${directory}/.git`, 'pre-commit', 'echo formatted >> index.js\ngit add index.js');
    await repository.write('package.json', '{}');
    await commit('chore: prepare', ['.']);
    expect(await gitStatus.run({ directory }, context)).toMatchObject({ clean: true });
    expect(await repository.git('show', 'HEAD:index.js')).toBe('one\nformatted');
    await rm(`${directory}/.git/hooks/pre-commit`);
    await repository.write('theirs.txt', 'not yet');
    await repository.git('add', 'theirs.txt');
    await repository.write('package.json', '{ }');
    await commit('chore: once more', ['package.json'], await testContext({ key: 'another' }));
    expect(await repository.git('status', '--porcelain')).toBe('A  theirs.txt');
  });

  it('says what a hook has against a commit or a push, and why nobody could sign [core.action.git]', async () => {
    const complaint = 'echo checking >&2\necho "2 problems in index.js" >&2\nexit 1';
    await hook(`${directory}/.git`, 'pre-commit', complaint);
    await repository.write('package.json', '{}');
    const stopped = { code: 'git.stopped_by_hook', message: expect.stringContaining('2 problems in index.js') };
    await expect(commit('chore: prepare', ['.'])).rejects.toMatchObject(stopped);
    await rm(`${directory}/.git/hooks/pre-commit`);
    await hook(`${directory}/.git`, 'pre-push', complaint);
    await commit('chore: prepare', ['.']);
    await expect(gitPush.run(push(['main']), context)).rejects.toMatchObject(stopped);
    await repository.git('config', 'commit.gpgSign', 'true');
    await repository.git('config', 'gpg.program', path.join(directory, 'no-gpg'));
    await repository.write('package.json', '{ }');
    await expect(commit('chore: again', ['.'], await testContext({ key: 'another' }))).rejects.toMatchObject({
      code: 'git.not_signed',
      message: expect.stringContaining('unlock the key'),
    });
  });

  it('says when another git works there, and that it can be tried again', async () => {
    await repository.commit('feat: begin', 'a.txt');
    await repository.write('a.txt', 'b');
    await writeFile(path.join(directory, '.git/index.lock'), '');
    await expect(commit('chore: b', ['a.txt'])).rejects.toMatchObject({
      code: 'git.locked',
      failure: { retryable: true, unanswered: false, message: expect.stringContaining('index.lock') },
    });
    await expect(commit('chore: b', ['none.txt'])).rejects.toMatchObject({ code: expect.stringMatching(/^git\./) });
  });
});
