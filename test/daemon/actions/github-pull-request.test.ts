import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { githubCreateBranch } from '../../../daemon/actions/github-branch.ts';
import { githubReadFile, githubWriteFile } from '../../../daemon/actions/github-file.ts';
import { githubCreateIssue, githubUpdateIssue } from '../../../daemon/actions/github-issue.ts';
import { githubMergePullRequest } from '../../../daemon/actions/github-merge.ts';
import {
  githubCreatePullRequest,
  githubReadPullRequest,
  githubRequestReviews,
} from '../../../daemon/actions/github-pull-request.ts';
import { githubReviewPullRequest } from '../../../daemon/actions/github-review.ts';
import { startGithub, type Github } from '../../../daemon/demo/counterparts/github.ts';
import { onGithub } from './on-github.ts';

let github: Github;
beforeAll(async () => {
  github = await startGithub();
  const first = { ...where(), path: 'README.md', text: '# A package\n', branch: 'main', message: 'feat: begin' };
  await githubWriteFile.run(githubWriteFile.input.parse(first), await context());
});
afterAll(() => github.stop());
beforeEach(() => {
  github.faults.clear();
  github.faults.up();
});

const { where, context, api } = onGithub(() => github);

const branchSettings = (branch: string, from = 'main') => githubCreateBranch.input.parse({ ...where(), branch, from });
const fileSettings = (branch: string, text: string, path = 'feature.txt') =>
  githubWriteFile.input.parse({ ...where(), path, text, branch, message: `feat: ${path}` });
const pullSettings = (head: string) =>
  githubCreatePullRequest.input.parse({
    ...where(),
    title: `Merge ${head}`,
    body: 'Why.',
    head,
    base: 'main',
    labels: ['feature'],
  });
/** Looks at a pull request, or does to it what somebody does on GitHub. */
const ask = (method: string, number: number | string, change?: object): Promise<unknown> =>
  api(method, `/pulls/${number}`, change);
const read = async (number: number) =>
  githubReadPullRequest.run(githubReadPullRequest.input.parse({ ...where(), number }), await context());

/** A branch with one commit of its own, and a pull request for it. */
async function pull(branch: string) {
  await githubCreateBranch.run(branchSettings(branch), await context());
  await githubWriteFile.run(fileSettings(branch, `on ${branch}`, `${branch}.txt`), await context());
  return githubCreatePullRequest.run(pullSettings(branch), await context());
}

describe('github.create_branch', () => {
  it('creates it where it was asked to; there already, it is done; elsewhere, it is somebody else’s [feature.github.pull-requests]', async () => {
    const made = await githubCreateBranch.run(branchSettings('feature/a'), await context());
    expect(made).toMatchObject({ branch: 'feature/a', already: false });
    expect(await githubCreateBranch.run(branchSettings('feature/a'), await context())).toEqual({
      ...made,
      already: true,
    });
    await githubWriteFile.run(fileSettings('feature/a', 'more'), await context());
    await expect(githubCreateBranch.run(branchSettings('feature/a'), await context())).rejects.toMatchObject({
      code: 'github.branch_exists',
    });
    expect(await githubCreateBranch.verify!(branchSettings('feature/a'), await context())).toMatchObject({
      is: 'done',
    });
    expect(await githubCreateBranch.verify!(branchSettings('feature/none'), await context())).toEqual({
      is: 'not-done',
    });
  });
});

describe('github.write_file', () => {
  it('commits a file that github.read_file then gives, and nothing when it is so already [feature.github.pull-requests]', async () => {
    await githubCreateBranch.run(branchSettings('files'), await context());
    const settings = fileSettings('files', 'grüße 🎉\n');
    expect(await githubWriteFile.verify!(settings, await context())).toEqual({ is: 'not-done' });
    const { commit } = await githubWriteFile.run(settings, await context());
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(await githubWriteFile.run(settings, await context())).toMatchObject({ commit: null, already: true });
    expect(await githubWriteFile.verify!(settings, await context())).toMatchObject({ is: 'done' });
    const look = (path: string) => githubReadFile.input.parse({ ...where(), path, ref: 'files' });
    expect(await githubReadFile.run(look('feature.txt'), await context())).toMatchObject({
      found: true,
      text: 'grüße 🎉\n',
    });
    expect(await githubReadFile.run(look('nothing.txt'), await context())).toMatchObject({ found: false, sha: null });
  });
});

describe('a pull request', () => {
  it('is opened with its labels, reviewed, merged at the commit that was reviewed, and only there [feature.github.pull-requests]', async () => {
    const { number, head_commit: commit } = await pull('whole');
    const merge = githubMergePullRequest.input.parse({ ...where(), number, commit });
    expect(await githubMergePullRequest.verify!(merge, await context())).toEqual({ is: 'not-done' });
    expect(await read(number)).toMatchObject({ state: 'open', approved: false, head_commit: commit });

    const review = githubReviewPullRequest.input.parse({ ...where(), number, verdict: 'approve', body: 'Good.' });
    const step = await context();
    expect(await githubReviewPullRequest.verify!(review, step)).toEqual({ is: 'not-done' });
    const said = await githubReviewPullRequest.run(review, step);
    expect(await githubReviewPullRequest.verify!(review, step)).toEqual({
      is: 'done',
      result: { ...said, already: true },
    });
    expect(await read(number)).toMatchObject({ approved: true, approvals: [github.owner], changes_requested: [] });

    const other = githubMergePullRequest.input.parse({ ...where(), number, commit: '0'.repeat(40) });
    await expect(githubMergePullRequest.run(other, await context())).rejects.toMatchObject({
      failure: { retryable: false },
    });
    expect(await read(number)).toMatchObject({ state: 'open' });
    const merged = await githubMergePullRequest.run(merge, await context());
    expect(merged).toMatchObject({ merged: true, already: false });
    expect(await githubMergePullRequest.verify!(merge, await context())).toMatchObject({
      is: 'done',
      result: { already: true },
    });
    expect(await read(number)).toMatchObject({ state: 'merged', merge_commit: merged.commit });
  });

  it('whose answer was lost is found again with its labels, and not opened twice [feature.github.pull-requests]', async () => {
    await githubCreateBranch.run(branchSettings('lost'), await context());
    await githubWriteFile.run(fileSettings('lost', 'lost', 'lost.txt'), await context());
    const step = await context();
    github.faults.loseNextAnswer('POST', /pulls$/);
    await expect(githubCreatePullRequest.run(pullSettings('lost'), step)).rejects.toMatchObject({
      failure: { unanswered: true },
    });
    // It is there, without its labels: so it is not done, and trying again finds it.
    expect(await githubCreatePullRequest.verify!(pullSettings('lost'), step)).toEqual({ is: 'not-done' });
    const done = await githubCreatePullRequest.run(pullSettings('lost'), step.again());
    expect(done).toMatchObject({ already: true });
    expect(await githubCreatePullRequest.verify!(pullSettings('lost'), step)).toEqual({ is: 'done', result: done });
  });

  it('tells the results of the last time when its part of the run is repeated, and keeps what a person wrote [feature.github.text]', async () => {
    await githubCreateBranch.run(branchSettings('told'), await context());
    await githubWriteFile.run(fileSettings('told', 'told', 'told.txt'), await context());
    const first = await context();
    const told = (body: string) => githubCreatePullRequest.input.parse({ ...pullSettings('told'), body });
    const opened = await githubCreatePullRequest.run(told('NOT PASSED'), first);
    const again = await context({ key: 'told-2', earlierKeys: [first.key] });
    expect(await githubCreatePullRequest.verify!(told('NOT PASSED'), again)).toMatchObject({ is: 'done' });
    expect(await githubCreatePullRequest.verify!(told('passed'), again)).toEqual({ is: 'not-done' });
    const renewed = { ...opened, already: true };
    expect(await githubCreatePullRequest.run(told('passed'), again)).toEqual(renewed);
    const text = async () => ((await ask('GET', opened.number)) as { body: string }).body;
    expect(await text()).toMatch(/^passed\n/);
    expect(await githubCreatePullRequest.verify!(told('passed'), again)).toEqual({ is: 'done', result: renewed });
    // As GitHub's editor leaves it.
    const written = `A word of mine.\n\n${await text()}`.replaceAll('\n', '\r\n');
    await ask('PATCH', opened.number, { body: written });
    expect(await githubCreatePullRequest.run(told('passed once more'), again)).toEqual(renewed);
    expect(await text()).toBe(written);
  });

  it('that somebody closed is not taken for open; one that somebody merged as it was reviewed is merged [feature.github.text]', async () => {
    await githubCreateBranch.run(branchSettings('closed'), await context());
    await githubWriteFile.run(fileSettings('closed', 'closed', 'closed.txt'), await context());
    const step = await context();
    const { number, head_commit: commit } = await githubCreatePullRequest.run(pullSettings('closed'), step);
    await ask('PATCH', number, { state: 'closed' });
    const refused = { code: 'github.pull_request_closed', message: expect.stringContaining('Reopen it') };
    expect(await githubCreatePullRequest.verify!(pullSettings('closed'), step)).toEqual({ is: 'not-done' });
    await expect(githubCreatePullRequest.run(pullSettings('closed'), step.again())).rejects.toMatchObject(refused);
    await ask('PATCH', number, { state: 'open' });
    const merge = githubMergePullRequest.input.parse({ ...where(), number, commit });
    const { commit: merged } = await githubMergePullRequest.run(merge, await context());
    const late = await githubMergePullRequest.run(merge, await context());
    expect(late).toEqual({ merged: true, commit: merged, already: true });
    const done = await githubCreatePullRequest.run(pullSettings('closed'), step.again());
    expect(done).toMatchObject({ number, already: true });
  });

  it('counts each reviewer’s last word, and a comment takes none back [feature.github.pull-requests]', async () => {
    const { number } = await pull('words');
    const say = async (verdict: string) => {
      const settings = { ...where(), number, verdict, body: 'Because.' };
      await githubReviewPullRequest.run(githubReviewPullRequest.input.parse(settings), await context());
      return read(number);
    };
    expect(await say('approve')).toMatchObject({ approved: true });
    expect(await say('request-changes')).toMatchObject({ approved: false, changes_requested: [github.owner] });
    expect(await say('comment')).toMatchObject({ approved: false, changes_requested: [github.owner] });
    expect(await say('approve')).toMatchObject({ approved: true, changes_requested: [] });
  });

  it('is approved anew when another step has asked for changes since, and not when the person of the account has [feature.github.text]', async () => {
    const { number } = await pull('anew');
    const settings = (verdict: string) =>
      githubReviewPullRequest.input.parse({ ...where(), number, verdict, body: 'Because.' });
    const first = await context();
    await githubReviewPullRequest.run(settings('approve'), first);
    const second = await context({ key: 'anew-2', earlierKeys: [first.key] });
    expect(await githubReviewPullRequest.verify!(settings('approve'), second)).toMatchObject({ is: 'done' });
    await githubReviewPullRequest.run(settings('request-changes'), await context());
    expect(await githubReviewPullRequest.verify!(settings('approve'), second)).toEqual({ is: 'not-done' });
    await githubReviewPullRequest.run(settings('approve'), second);
    const third = await context({ key: 'anew-3', earlierKeys: [first.key, 'anew-2'] });
    await ask('POST', `${number}/reviews`, { event: 'REQUEST_CHANGES', body: 'Please rename it.' });
    expect(await githubReviewPullRequest.verify!(settings('approve'), third)).toMatchObject({ is: 'done' });
    expect(await read(number)).toMatchObject({ changes_requested: [github.owner] });
  });

  it('can be given to reviewers [feature.github.pull-requests]', async () => {
    const { number } = await pull('asked');
    const settings = githubRequestReviews.input.parse({ ...where(), number, reviewers: [github.owner] });
    expect(await githubRequestReviews.run(settings, await context())).toMatchObject({ number });
  });
});

describe('github.update_issue', () => {
  it('labels, closes and reopens, and doing it twice changes nothing [feature.github.pull-requests]', async () => {
    const made = githubCreateIssue.input.parse({ ...where(), title: 'To do', labels: ['one'] });
    const { number } = await githubCreateIssue.run(made, await context());
    const update = async (more: object) =>
      githubUpdateIssue.run(githubUpdateIssue.input.parse({ ...where(), number, ...more }), await context());
    const closed = await update({ state: 'closed', labels: ['two'] });
    expect(closed).toMatchObject({ state: 'closed', labels: ['one', 'two'] });
    expect(await update({ state: 'closed', labels: ['two'] })).toEqual(closed);
    expect(await update({ state: 'open' })).toMatchObject({ state: 'open' });
  });
});
