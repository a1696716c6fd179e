import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gitFindTag } from '../../../daemon/actions/git-find-tag.ts';
import { gitPush } from '../../../daemon/actions/git-push.ts';
import { gitTag } from '../../../daemon/actions/git-tag.ts';
import { atWork, type AtWork } from './at-work.ts';

let { repository, directory, context } = {} as AtWork;
beforeEach(async () => {
  ({ repository, directory, context } = await atWork());
});

const push = (refs: string[], more = {}) => gitPush.input.parse({ directory, refs, ...more });

const tag = (name: string, more = {}) => gitTag.input.parse({ directory, name, message: 'Notes', ...more });

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
