import { beforeEach, describe, expect, it } from 'vitest';
import { gitBranch } from '../../../daemon/actions/git-branch.ts';
import { atWork, type AtWork } from './at-work.ts';

let { repository, directory, context } = {} as AtWork;
beforeEach(async () => {
  ({ repository, directory, context } = await atWork());
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
