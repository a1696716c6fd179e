import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { githubMergePullRequest } from '../../../daemon/actions/github-merge.ts';
import { githubPullRequestFiles } from '../../../daemon/actions/github-pull-request-files.ts';
import {
  githubCreatePullRequest,
  githubReadPullRequest,
  githubRequestReviews,
} from '../../../daemon/actions/github-pull-request.ts';
import { githubReviewPullRequest } from '../../../daemon/actions/github-review.ts';
import { startGithub, type Github } from '../../../daemon/demo/counterparts/github.ts';
import { bareRepository, type TestRepository } from '../../fakes/bare-repository.ts';
import { onGithub } from './on-github.ts';

let repository: TestRepository;
let github: Github;
beforeAll(async () => {
  repository = await bareRepository();
  await mkdir(join(repository.work, '.github'));
  await commit('.github/pull_request_template.md', '## Checklist\n\n- [ ] tested\n', 'docs: a template');
  await repository.git('push', '--quiet', repository.path, 'HEAD:refs/heads/main');
  await repository.git('switch', '--quiet', '--create', 'feature/a');
  await commit('a.txt', 'one\ntwo\n', 'feat: a');
  await repository.git('push', '--quiet', repository.path, 'feature/a');
  github = await startGithub({ bareRepository: repository.path, reviewer: 'lin' });
});
afterAll(() => github.stop());

async function commit(file: string, text: string, message: string): Promise<void> {
  await writeFile(join(repository.work, file), text);
  await repository.git('add', '.');
  await repository.git('commit', '--quiet', '-m', message);
}

const { where, context } = onGithub(() => github);

describe('a pull request of branches that were pushed', () => {
  it('shows its template and its files, takes a second person’s approval and never one’s own, and is merged for real [feature.github.pushed]', async () => {
    const opened = await githubCreatePullRequest.run(
      githubCreatePullRequest.input.parse({
        ...where(),
        title: 'feat: a',
        body: 'Why.',
        head: 'feature/a',
        base: 'main',
        template: true,
      }),
      await context(),
    );
    const head = await repository.git('rev-parse', 'feature/a');
    expect(opened.head_commit).toBe(head);
    const number = opened.number;
    const { body } = (await (
      await fetch(`${github.url}/repos/${github.owner}/${github.repo}/pulls/${number}`, {
        headers: { authorization: `Bearer ${github.token}` },
      })
    ).json()) as { body: string };
    expect(body).toMatch(/^Why\.\n\n## Checklist/);

    const files = githubPullRequestFiles.input.parse({ ...where(), number, patch_chars: 20 });
    expect(await githubPullRequestFiles.run(files, await context())).toEqual({
      total: 1,
      added: 2,
      removed: 0,
      files: [{ path: 'a.txt', status: 'added', added: 2, removed: 0, patch: expect.stringMatching(/^@@ .*…$/s) }],
    });

    const asked = githubRequestReviews.input.parse({ ...where(), number, reviewers: ['lin'] });
    expect(await githubRequestReviews.run(asked, await context())).toEqual({ number, reviewers: ['lin'] });
    const review = async (more: object) =>
      githubReviewPullRequest.run(
        githubReviewPullRequest.input.parse({ ...where(), number, verdict: 'approve', body: 'Good.', ...more }),
        await context(),
      );
    await expect(review({})).rejects.toMatchObject({ message: expect.stringContaining('your own pull request') });
    expect(await review({ own: 'comment' })).toMatchObject({ said: 'comment' });
    const read = async () =>
      githubReadPullRequest.run(githubReadPullRequest.input.parse({ ...where(), number }), await context());
    expect(await read()).toMatchObject({ approved: false, head_commit: head });
    expect(await review({ token: github.reviewer!.token })).toMatchObject({ said: 'approve' });
    expect(await read()).toMatchObject({ approved: true, approvals: ['lin'] });

    const merge = async (sha: string) =>
      githubMergePullRequest.run(
        githubMergePullRequest.input.parse({ ...where(), number, commit: sha, title: 'feat: a (#1)' }),
        await context(),
      );
    await expect(merge('0'.repeat(40))).rejects.toMatchObject({ code: 'github.conflict' });
    const merged = await merge(head);
    expect(await repository.git('--git-dir', repository.path, 'rev-parse', 'main')).toBe(merged.commit);
    expect(await repository.git('--git-dir', repository.path, 'show', 'main:a.txt')).toBe('one\ntwo');
    expect(await repository.git('--git-dir', repository.path, 'log', '-1', '--format=%s', 'main')).toBe('feat: a (#1)');
    expect(await read()).toMatchObject({ state: 'merged', merge_commit: merged.commit, head_commit: head });
  });

  it('is approved at the commit that was judged, and not when somebody has pushed since [feature.github.judged]', async () => {
    const push = async (text: string) => {
      await commit('c.txt', text, 'feat: c');
      await repository.git('push', '--quiet', repository.path, 'feature/c');
      return repository.git('rev-parse', 'feature/c');
    };
    await repository.git('switch', '--quiet', '--create', 'feature/c', 'main');
    const judged = await push('one\n');
    const open = { ...where(), title: 'feat: c', head: 'feature/c', base: 'main' };
    const { number } = await githubCreatePullRequest.run(githubCreatePullRequest.input.parse(open), await context());
    const settings = (verdict: string, sha: string) =>
      githubReviewPullRequest.input.parse({
        ...where(github.reviewer!.token),
        number,
        verdict,
        commit: sha,
        body: 'Because.',
      });
    const first = await context();
    await githubReviewPullRequest.run(settings('approve', judged), first);
    const pushed = await push('two\n');
    await expect(githubReviewPullRequest.run(settings('approve', judged), await context())).rejects.toMatchObject({
      code: 'github.pull_request_moved',
      message: expect.stringContaining(pushed.slice(0, 7)),
    });
    // What has to change may be said all the same; and an approval of what was there before is none of what is there now.
    await githubReviewPullRequest.run(settings('comment', judged), await context());
    const again = await context({ key: 'judged-2', earlierKeys: [first.key] });
    expect(await githubReviewPullRequest.verify!(settings('approve', judged), again)).toMatchObject({ is: 'done' });
    expect(await githubReviewPullRequest.verify!(settings('approve', pushed), again)).toEqual({ is: 'not-done' });
  });

  it('that conflicts, or whose branch nobody pushed, is refused [feature.github.pushed]', async () => {
    const open = async (head: string) =>
      githubCreatePullRequest.run(
        githubCreatePullRequest.input.parse({ ...where(), title: 'feat: b', head, base: 'main' }),
        await context(),
      );
    await expect(open('feature/none')).rejects.toMatchObject({ code: 'github.refused' });
    await repository.git('switch', '--quiet', '--create', 'feature/b', 'main');
    await commit('a.txt', 'another\n', 'feat: b');
    await repository.git('push', '--quiet', repository.path, 'feature/b');
    const { number, head_commit: head } = await open('feature/b');
    const settings = githubMergePullRequest.input.parse({ ...where(), number, commit: head });
    await expect(githubMergePullRequest.run(settings, await context())).rejects.toMatchObject({
      message: expect.stringContaining('not mergeable'),
    });
  });
});
