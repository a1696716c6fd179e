import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gitDescribe, gitLog, gitRemoteRefs, gitStatus, parseStatus } from '../../../daemon/actions/git-look.ts';
import { workRepository } from '../../fakes/repository.ts';
import { atWork, type AtWork } from './at-work.ts';

let { repository, directory, context } = {} as AtWork;
beforeEach(async () => {
  ({ repository, directory, context } = await atWork());
});

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
