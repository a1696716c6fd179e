import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { gitBranch } from '../../../daemon/actions/git-branch.ts';
import { gitCommit } from '../../../daemon/actions/git-commit.ts';
import { gitFindTag } from '../../../daemon/actions/git-find-tag.ts';
import { gitDescribe, gitLog, gitRemoteRefs, gitStatus, parseStatus } from '../../../daemon/actions/git-look.ts';
import { gitPush } from '../../../daemon/actions/git-push.ts';
import { gitTag } from '../../../daemon/actions/git-tag.ts';
import { gitFailure } from '../../../daemon/git/failure.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { workRepository, type WorkRepository } from '../../fakes/repository.ts';

let repository: WorkRepository;
let directory: string;
let context: TestContext;
beforeEach(async () => {
  repository = await workRepository();
  directory = repository.directory;
  context = await testContext();
});

const commit = (message: string, paths: string[], at = context) =>
  gitCommit.run(gitCommit.input.parse({ directory, message, paths }), at);
const push = (refs: string[], more = {}) => gitPush.input.parse({ directory, refs, ...more });
const tag = (name: string, more = {}) => gitTag.input.parse({ directory, name, message: 'Notes', ...more });
const count = async (range = 'HEAD') => Number(await repository.git('rev-list', '--count', range));

/** Makes a hook of a repository from a few lines of shell. */
async function hook(gitDirectory: string, name: string, lines: string): Promise<void> {
  const file = path.join(gitDirectory, 'hooks', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
}

describe('looking at a repository', () => {
  it('tells a clean tree from a changed one, with branch, commit and upstream [core.action.git]', async () => {
    expect(await gitStatus.run({ directory }, context)).toMatchObject({ branch: 'main', commit: '', clean: true });
    const first = await repository.commit('feat: begin', 'a b.txt');
    await repository.git('push', '--quiet', '--set-upstream', 'origin', 'main');
    await repository.commit('fix: more');
    await repository.write('a b.txt', 'changed');
    await repository.write('new/ü.txt', '');
    const status = await gitStatus.run({ directory }, context);
    expect(status).toMatchObject({ branch: 'main', clean: false, upstream: 'origin/main', ahead: 1, behind: 0 });
    expect(status.changed).toEqual([
      { path: 'a b.txt', state: 'changed' },
      { path: 'new/', state: 'untracked' },
    ]);
    await repository.git('stash', '--include-untracked');
    await repository.git('checkout', '--quiet', first);
    expect(await gitStatus.run({ directory }, context)).toMatchObject({ branch: '', commit: first, clean: true });
  });

  it('reads renames and conflicts of git’s own format', () => {
    const records = [
      '# branch.oid (initial)',
      '# branch.head (detached)',
      '2 R. N... 100644 100644 100644 aa bb R100 new name',
      'old name',
      'u UU N... 100644 100644 100644 100644 aa bb cc both',
      '',
    ];
    expect(parseStatus(records.join('\0'))).toMatchObject({
      branch: '',
      commit: '',
      changed: [
        { path: 'new name', state: 'changed' },
        { path: 'both', state: 'conflict' },
      ],
    });
  });

  it('lists the commits since the last tag as conventional commits [core.action.git]', async () => {
    await repository.commit('feat: begin');
    await repository.git('tag', '-a', 'v1.0.0', '-m', 'one');
    await repository.commit('fix(cli): do not fail (#12)\n\nCloses #7');
    const last = await repository.commit('feat!: drop Node 20\n\nBREAKING CHANGE: Node 22 is needed');
    const log = await gitLog.run(gitLog.input.parse({ directory }), context);
    expect(log).toMatchObject({ from: 'v1.0.0', to: 'HEAD', count: 2, level: 'major' });
    expect(log.commits[0]).toMatchObject({
      hash: last,
      author: 'Ada',
      type: 'feat',
      breaking: true,
      description: 'drop Node 20',
    });
    expect(log.commits[1]).toMatchObject({
      type: 'fix',
      scope: 'cli',
      description: 'do not fail',
      pull_request: 12,
      body: 'Closes #7',
    });
    const all = await gitLog.run(gitLog.input.parse({ directory, tags: 'nothing*', limit: 1 }), context);
    expect(all).toMatchObject({ from: '', count: 1 });
    const missing = gitLog.run(gitLog.input.parse({ directory, from: 'v9' }), context);
    await expect(missing).rejects.toMatchObject({ code: 'git.unknown_name' });
  });

  it('finds the last tag and how far it is', async () => {
    const first = await repository.commit('feat: begin');
    const look = (more = {}) => gitDescribe.run(gitDescribe.input.parse({ directory, ...more }), context);
    expect(await look()).toEqual({ tag: '', distance: 1, commit: first });
    await repository.git('tag', '-a', 'v1.0.0-rc.1-g0', '-m', 'one');
    await repository.commit('fix: more');
    expect(await look()).toMatchObject({ tag: 'v1.0.0-rc.1-g0', distance: 1 });
    expect(await look({ commit: first })).toMatchObject({ tag: 'v1.0.0-rc.1-g0', distance: 0 });
    await expect(look({ commit: 'nope' })).rejects.toMatchObject({ code: 'git.unknown_name' });
  });

  it('asks the remote for its refs, and says when it is not there', async () => {
    const hash = await repository.commit('feat: begin');
    await repository.git('tag', '-a', 'v1.0.0', '-m', 'one');
    await repository.git('push', '--quiet', 'origin', 'main', 'v1.0.0');
    const ask = (remote?: string) => gitRemoteRefs.run(gitRemoteRefs.input.parse({ directory, remote }), context);
    const refs = [
      { name: 'HEAD', commit: hash, held: true },
      { name: 'refs/heads/main', commit: hash, held: true },
      { name: 'refs/tags/v1.0.0', commit: hash, held: true },
    ];
    expect(await ask()).toEqual({ remote: 'origin', count: 3, refs });
    expect((await ask(`file://${repository.remote}`)).refs).toEqual(refs);
    await expect(ask('nowhere')).rejects.toMatchObject({ code: 'git.no_remote' });
    await expect(ask('http://127.0.0.1:1/x.git')).rejects.toMatchObject({
      code: 'git.unreachable',
      failure: { retryable: true },
    });
  });

  it('says which commits of the remote are not in what is checked out, known here or not [core.action.git]', async () => {
    const ask = async () =>
      Object.fromEntries(
        (await gitRemoteRefs.run(gitRemoteRefs.input.parse({ directory }), context)).refs.map(({ name, held }) => [
          name.replace(/^refs\/heads\//, ''),
          held,
        ]),
      );
    const first = await repository.commit('feat: begin');
    await repository.commit('feat: more');
    await repository.git('push', '--quiet', 'origin', 'main', `${first}:refs/heads/old`);
    expect(await ask()).toEqual({ HEAD: true, main: true, old: true });
    await repository.git('reset', '--quiet', '--hard', first);
    expect(await ask()).toEqual({ HEAD: false, main: false, old: true });
    const empty = await workRepository();
    await empty.git('remote', 'set-url', 'origin', repository.remote);
    directory = empty.directory;
    expect(await ask()).toEqual({ HEAD: false, main: false, old: false });
    await empty.commit('feat: something else');
    expect(await ask()).toEqual({ HEAD: false, main: false, old: false });
  });

  it('says when the folder is no repository', async () => {
    await rm(path.join(directory, '.git'), { recursive: true });
    await expect(gitStatus.run({ directory }, context)).rejects.toMatchObject({ code: 'git.no_repository' });
  });
});

describe('git.branch', () => {
  const branch = (name: string, from?: string) => gitBranch.input.parse({ directory, name, from });

  it('makes a branch or switches to it, and sees that it did [core.action.git]', async () => {
    const first = await repository.commit('feat: begin');
    await repository.commit('fix: more');
    expect(await gitBranch.verify!(branch('feature/x'), context)).toEqual({ is: 'not-done' });
    const made = { branch: 'feature/x', commit: first, previous: 'main', created: true, ahead: 0 };
    expect(await gitBranch.preview!(branch('feature/x', first), context)).toEqual(made);
    expect(await gitBranch.run(branch('feature/x', first), context)).toEqual(made);
    expect(await gitBranch.verify!(branch('feature/x', first), context)).toMatchObject({
      is: 'done',
      result: { commit: first },
    });
    expect(await gitBranch.run(branch('main'), context)).toMatchObject({ previous: 'feature/x', created: false });
  });

  it('told where the work begins it goes on with a branch that holds that, and says what is on it; one that only fell behind catches up [feature.branch.meant]', async () => {
    const first = await repository.commit('feat: begin');
    await repository.git('branch', 'feature/behind');
    const second = await repository.commit('fix: more');
    const behind = { branch: 'feature/behind', commit: second, previous: 'main', created: false, ahead: 0 };
    expect(await gitBranch.preview!(branch('feature/behind', 'main'), context)).toEqual(behind);
    expect(await gitBranch.run(branch('feature/behind', 'main'), context)).toEqual(behind);
    // Not told, it only switches.
    await repository.git('branch', 'other', first);
    expect(await gitBranch.run(branch('other'), context)).toMatchObject({ commit: first });
    await repository.git('switch', '--quiet', 'feature/behind');
    const begun = await repository.commit('feat: half of it');
    await repository.git('switch', '--quiet', 'main');
    const going = { branch: 'feature/behind', commit: begun, previous: 'main', created: false, ahead: 1 };
    expect(await gitBranch.preview!(branch('feature/behind', 'main'), context)).toEqual(going);
    expect(await gitBranch.run(branch('feature/behind', first), context)).toMatchObject({ ...going, ahead: 2 });
    expect(context.logged.join()).toContain('2 commits of its own');
  });

  it('refuses a branch that stands on something older, until a person has put it aside, on top, or checked it out [feature.branch.meant]', async () => {
    await repository.commit('feat: begin');
    await repository.git('switch', '--quiet', '--create', 'feature/old');
    const old = await repository.commit('feat: half of it');
    await repository.git('switch', '--quiet', 'main');
    await repository.commit('feat: goes on');
    const refused = {
      code: 'git.branch_elsewhere',
      message: expect.stringMatching(
        /feature\/old .* lacks one commit, and has one commit .*“feat: half of it”.*git rebase main/,
      ),
      failure: { retryable: false },
    };
    await expect(gitBranch.run(branch('feature/old', 'main'), context)).rejects.toMatchObject(refused);
    await expect(gitBranch.preview!(branch('feature/old', 'main'), context)).rejects.toMatchObject(refused);
    expect(await repository.git('branch', '--show-current')).toBe('main');
    await repository.git('switch', '--quiet', 'feature/old');
    const chosen = { branch: 'feature/old', commit: old, created: false, ahead: 1 };
    expect(await gitBranch.verify!(branch('feature/old', 'main'), context)).toMatchObject({
      is: 'done',
      result: chosen,
    });
    expect(await gitBranch.run(branch('feature/old', 'main'), context)).toMatchObject(chosen);
    await repository.git('switch', '--quiet', 'main');
    await repository.git('branch', '-m', 'feature/old', 'feature/old-old');
    expect(await gitBranch.run(branch('feature/old', 'main'), context)).toMatchObject({ created: true });
  });

  it('goes on with the branch that its own run made, also when the base has moved since [feature.branch.meant]', async () => {
    await repository.commit('feat: begin');
    await gitBranch.run(branch('feature/x', 'main'), context);
    const work = await repository.commit('feat: the work');
    await repository.git('switch', '--quiet', 'main');
    await repository.commit('feat: goes on');
    expect(await gitBranch.run(branch('feature/x', 'main'), context)).toMatchObject({
      commit: work,
      created: false,
      ahead: 1,
    });
    await repository.git('switch', '--quiet', 'main');
    const another = { ...context, run: { ...context.run, id: 'run-2' } };
    await expect(gitBranch.run(branch('feature/x', 'main'), another)).rejects.toMatchObject({
      code: 'git.branch_elsewhere',
    });
  });

  it('does not throw away what is changed, and takes no option for a name', async () => {
    await repository.commit('feat: begin', 'file', 'one');
    await repository.git('switch', '--quiet', '--create', 'other');
    await repository.commit('feat: other', 'file', 'two');
    await repository.write('file', 'precious');
    await expect(gitBranch.run(branch('main'), context)).rejects.toMatchObject({
      code: 'git.unclean',
      failure: { retryable: false },
    });
    expect(gitBranch.input.safeParse({ directory, name: '--detach' }).success).toBe(false);
  });
});

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

describe('git.find_tag', () => {
  const find = (name: string) => gitFindTag.run(gitFindTag.input.parse({ directory, name }), context);

  it('finds a tag here and at the remote with the commit it is of, and says when it is free [core.action.git]', async () => {
    const first = await repository.commit('feat: begin');
    expect(await find('v1.0.0')).toEqual({ name: 'v1.0.0', tags: [] });
    await gitTag.run(tag('v1.0.0'), context);
    expect((await find('v1.0.0')).tags).toEqual([{ where: 'here', commit: first }]);
    await gitPush.run(push(['refs/tags/v1.0.0']), context);
    expect((await find('v1.0.0')).tags).toEqual([
      { where: 'here', commit: first },
      { where: 'remote', commit: first },
    ]);
    await repository.git('tag', '-d', 'v1.0.0');
    expect((await find('v1.0.0')).tags).toEqual([{ where: 'remote', commit: first }]);
    expect((await find('v1.0')).tags).toEqual([]);
  });

  it('does not take a folder without a repository for one where every name is free [core.action.git]', async () => {
    await rm(path.join(directory, '.git'), { recursive: true });
    await expect(find('v1.0.0')).rejects.toMatchObject({ code: expect.stringContaining('git.') as string });
  });
});

describe('git.tag', () => {
  it('makes an annotated tag with the notes, headings too, and makes no second one [core.action.git]', async () => {
    const first = await repository.commit('feat: begin');
    const settings = tag('v1.0.0', { message: '# 1.0.0\n\n### Added\n\n- all' });
    expect(await gitTag.verify!(settings, context)).toEqual({ is: 'not-done' });
    expect(await gitTag.preview!(settings, context)).toEqual({ tag: 'v1.0.0', commit: first, created: true });
    expect(await gitTag.run(settings, context)).toEqual({ tag: 'v1.0.0', commit: first, created: true });
    expect(await repository.git('cat-file', '-t', 'v1.0.0')).toBe('tag');
    expect(await repository.git('tag', '-l', '--format=%(contents)', 'v1.0.0')).toBe('# 1.0.0\n\n### Added\n\n- all');
    const again = { tag: 'v1.0.0', commit: first, created: false };
    expect(await gitTag.verify!(settings, context)).toEqual({ is: 'done', result: again });
    expect(await gitTag.run(settings, context.again())).toEqual(again);
  });

  it('never moves a tag that stands elsewhere [core.action.git]', async () => {
    const first = await repository.commit('feat: begin');
    await gitTag.run(tag('v1.0.0'), context);
    await repository.commit('fix: more');
    expect(await gitTag.verify!(tag('v1.0.0'), context)).toEqual({ is: 'not-done' });
    await expect(gitTag.run(tag('v1.0.0'), context)).rejects.toMatchObject({
      code: 'git.tag_taken',
      failure: { retryable: false },
    });
    await expect(gitTag.preview!(tag('v1.0.0'), context)).rejects.toMatchObject({ code: 'git.tag_taken' });
    expect(await repository.git('rev-parse', 'v1.0.0^{commit}')).toBe(first);
    await expect(gitTag.run(tag('v2', { commit: 'nope' }), context)).rejects.toMatchObject({
      code: 'git.unknown_name',
    });
  });
});

describe('git.push', () => {
  const there = (ref: string) => repository.git('--git-dir', repository.remote, 'rev-parse', '--verify', ref);

  it('pushes branch and tag together, and sees that it did [core.action.git]', async () => {
    const hash = await repository.commit('feat: begin');
    await gitTag.run(tag('v1.0.0'), context);
    const settings = push(['main', 'v1.0.0']);
    expect(await gitPush.verify!(settings, context)).toEqual({ is: 'not-done' });
    const result = {
      remote: 'origin',
      address: repository.remote,
      refs: [
        { ref: 'refs/heads/main', commit: hash },
        { ref: 'refs/tags/v1.0.0', commit: hash },
      ],
    };
    expect(await gitPush.preview!(settings, context)).toEqual(result);
    expect(await gitPush.run(settings, context)).toEqual(result);
    expect(await there('refs/tags/v1.0.0^{commit}')).toBe(hash);
    expect(await gitPush.verify!(settings, context)).toEqual({ is: 'done', result });
    expect(await gitPush.run(settings, context.again())).toEqual(result);
  });

  it('takes refs as here:there, and an address for the remote', async () => {
    const hash = await repository.commit('feat: begin');
    await gitPush.run(push(['HEAD:next'], { remote: `file://${repository.remote}` }), context);
    expect(await there('refs/heads/next')).toBe(hash);
  });

  it('changes nothing at all when one of them is rejected, and never pushes by force [core.action.git]', async () => {
    await repository.commit('feat: begin');
    await repository.git('push', '--quiet', 'origin', 'main');
    const theirs = await repository.commit('feat: theirs');
    await repository.git('push', '--quiet', 'origin', 'main');
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    await repository.commit('feat: ours');
    await gitTag.run(tag('v1.0.0'), context);
    await expect(gitPush.run(push(['v1.0.0', 'main']), context)).rejects.toMatchObject({
      code: 'git.rejected',
      failure: { retryable: false, unanswered: false, message: expect.stringContaining('non-fast-forward') },
    });
    expect(await there('main')).toBe(theirs);
    await expect(there('v1.0.0')).rejects.toThrow(/Needed a single revision/);
    for (const bad of ['+main', '--force', 'a b'])
      expect(gitPush.input.safeParse({ directory, refs: [bad] }).success).toBe(false);
  });

  it('knows its push again when others have pushed on top of it', async () => {
    await repository.commit('feat: ours');
    const settings = push(['main']);
    await gitPush.run(settings, context);
    await repository.commit('feat: theirs');
    await repository.git('push', '--quiet', 'origin', 'main');
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
    expect(await gitPush.verify!(settings, context)).toMatchObject({ is: 'done' });
    await repository.git('reflog', 'expire', '--expire=now', '--all');
    await repository.git('update-ref', '-d', 'refs/remotes/origin/main');
    await repository.git('gc', '--quiet', '--prune=now');
    expect(await gitPush.verify!(settings, context)).toMatchObject({
      is: 'unsure',
      why: expect.stringContaining('not known here'),
    });
  });

  it('is unsure when it cannot ask', async () => {
    await repository.commit('feat: begin');
    const settings = push(['main'], { remote: 'http://127.0.0.1:1/x.git' });
    expect(await gitPush.verify!(settings, context)).toMatchObject({
      is: 'unsure',
      why: expect.stringContaining('reached'),
    });
    await expect(gitPush.run(settings, context)).rejects.toMatchObject({
      code: 'git.unreachable',
      // Nobody was there to be sent anything.
      failure: { unanswered: false },
    });
  });

  it('says what there is not, and what a rule of the remote has refused', async () => {
    await expect(gitPush.run(push(['main']), context)).rejects.toMatchObject({ code: 'git.unknown_name' });
    await repository.commit('feat: begin');
    await expect(gitPush.run(push(['v9']), context)).rejects.toMatchObject({ code: 'git.unknown_name' });
    await expect(gitPush.run(push(['main'], { remote: 'upstream' }), context)).rejects.toMatchObject({
      code: 'git.no_remote',
    });
    await hook(repository.remote, 'pre-receive', 'echo "not on a Friday" >&2\nexit 1');
    await expect(gitPush.run(push(['main']), context)).rejects.toMatchObject({
      code: 'git.refused_by_remote',
      message: expect.stringContaining('not on a Friday'),
    });
  });
});

describe('what git says when it fails', () => {
  it('says for SSH what SSH needs: a token is none of it [core.action.git]', () => {
    for (const [stderr, remedy] of [
      ['git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'ssh-add'],
      ['Host key verification failed.\nfatal: Could not read from remote repository.', 'known_hosts'],
    ] as const) {
      const result = { exitCode: 128, stdout: '', stderr, durationMs: 1 };
      const { code, message } = gitFailure(['push'], '/work', result).failure;
      expect({ code, message }).toEqual({ code: 'git.denied', message: expect.stringContaining(remedy) });
      expect(message).not.toContain('secret(');
    }
  });

  it('reaches the agent that holds the keys of SSH, as tests and other programs do not [core.action.git]', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent.sock');
    onTestFinished(() => void vi.unstubAllEnvs());
    await repository.commit('feat: begin');
    const seen = path.join(directory, '..', 'seen');
    await hook(`${directory}/.git`, 'pre-push', `echo "$SSH_AUTH_SOCK" > "${seen}"`);
    await gitPush.run(push(['main']), context);
    expect(await readFile(seen, 'utf8')).toBe('/run/agent.sock\n');
  });

  it.each([
    ["fatal: Authentication failed for 'https://x/'", 'git.denied', false],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", 'git.denied', false],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 403", 'git.denied', false],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 503", 'git.unavailable', true],
    ["fatal: unable to access 'https://x/': The requested URL returned error: 429", 'git.rate_limited', true],
    ["fatal: unable to access 'https://x/': Could not resolve host: x", 'git.unreachable', true],
    ['fatal: the remote end hung up unexpectedly', 'git.unreachable', true],
    ["fatal: repository 'https://x/y.git/' not found", 'git.no_remote', false],
    ['fatal: the receiving end does not support --atomic push', 'git.atomic_unsupported', false],
    ["fatal: detected dubious ownership in repository at '/x'", 'git.foreign_repository', false],
    ['error: GH006: Protected branch update failed for refs/heads/main.', 'git.refused_by_remote', false],
    ['fatal: something nobody has thought of', 'git.failed', false],
  ])('%s → %s', (stderr, code, retryable) => {
    const { failure } = gitFailure(['push'], '/repository', {
      exitCode: 128,
      stdout: '',
      stderr: `${stderr}\n`,
      durationMs: 1,
    });
    expect(failure).toMatchObject({ code, retryable });
    expect(failure.message).toContain('git push in /repository failed: ');
  });
});
