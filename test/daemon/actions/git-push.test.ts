import { beforeEach, describe, expect, it } from 'vitest';
import { gitPush } from '../../../daemon/actions/git-push.ts';
import { gitTag } from '../../../daemon/actions/git-tag.ts';
import { hook } from '../../fakes/repository.ts';
import { atWork, type AtWork } from './at-work.ts';

let { repository, directory, context } = {} as AtWork;
beforeEach(async () => {
  ({ repository, directory, context } = await atWork());
});

const push = (refs: string[], more = {}) => gitPush.input.parse({ directory, refs, ...more });

const tag = (name: string, more = {}) => gitTag.input.parse({ directory, name, message: 'Notes', ...more });

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
