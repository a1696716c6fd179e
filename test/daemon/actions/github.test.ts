import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { githubComment, githubCreateIssue } from '../../../daemon/actions/github-issue.ts';
import { githubCheckAccess, githubFindRelease, githubFindTag } from '../../../daemon/actions/github-look.ts';
import { githubCreateRelease } from '../../../daemon/actions/github-release.ts';
import { startGithub, type Github } from '../../../daemon/demo/counterparts/github.ts';
import { githubClient, parseRepository } from '../../../daemon/github/client.ts';
import { bareRepository, type TestRepository } from '../../fakes/bare-repository.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';
import { onGithub } from './on-github.ts';

let repository: TestRepository;

let github: Github;

beforeAll(async () => {
  repository = await bareRepository('v1.0.0');
  github = await startGithub({ bareRepository: repository.path });
});

afterAll(() => github.stop());

beforeEach(() => {
  github.faults.clear();
  github.faults.up();
});

const { where, context, api } = onGithub(() => github);
const writes = () => github.faults.requests.filter(({ method }) => method !== 'GET');

interface Listed {
  tag_name: string;
  draft: boolean;
  assets: { name: string }[];
}

async function tag(name: string): Promise<string> {
  await repository.git('tag', '-a', name, '-m', `The notes of ${name}`);
  await repository.git('push', '--quiet', repository.path, name);
  return name;
}

describe('github.create_issue', () => {
  const issue = (title: string) =>
    githubCreateIssue.input.parse({ ...where(), title, body: 'Why.', labels: ['release'] });

  it('opens an issue with its labels [core.action.github]', async () => {
    const done = await githubCreateIssue.run(issue('Not released'), await context());
    const issued = (await api('GET', `/issues/${done.number}`)) as { body: string; html_url: string };
    expect(issued).toMatchObject({ title: 'Not released', labels: [{ name: 'release' }] });
    expect(issued.body).toMatch(/^Why\.\n\n<!-- stagebook:key-\d+ -->/);
    expect(done).toMatchObject({ url: issued.html_url, already: false });
  });

  it('finds the issue whose answer was lost, and no other one [core.action.github]', async () => {
    const step = await context();
    github.faults.loseNextAnswer('POST', /issues$/);
    await expect(githubCreateIssue.run(issue('Lost'), step)).rejects.toMatchObject({
      code: 'network.lost',
      failure: { unanswered: true },
    });
    const verdict = await githubCreateIssue.verify!(issue('Lost'), step);
    const [newest] = (await api('GET', '/issues?state=all')) as { number: number }[];
    expect(verdict).toMatchObject({ is: 'done', result: { number: newest!.number, already: true } });
    expect(await githubCreateIssue.verify!(issue('Lost'), await context())).toEqual({ is: 'not-done' });
    const laterEpoch = { ...(await context()), earlierKeys: [step.key] };
    expect(await githubCreateIssue.verify!(issue('Lost'), laterEpoch)).toMatchObject({ is: 'done' });
  });

  it('never sends a write twice by itself, but repeats a read that failed [core.action.github]', async () => {
    github.faults.answerNext('POST', /issues$/, { status: 502, body: '{"message":"Bad Gateway"}' });
    await expect(githubCreateIssue.run(issue('Once'), await context())).rejects.toMatchObject({
      code: 'github.unavailable',
      failure: { retryable: true, unanswered: true },
    });
    expect(writes()).toHaveLength(1);
    github.faults.answerNext('GET', /issues/, { status: 502 });
    expect(await githubCreateIssue.verify!(issue('Once'), await context())).toEqual({ is: 'not-done' });
  });

  it('keeps a second between two writes to GitHub itself, as GitHub asks [core.action.github]', async () => {
    const client = githubClient(await context({ config: { githubPaced: true } }), github.token);
    const began = performance.now();
    for (const name of ['one', 'two']) {
      await client.rest.issues.createLabel({ owner: github.owner, repo: github.repo, name, color: 'ededed' });
    }
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  it('is unsure while GitHub is down [core.action.github]', async () => {
    github.faults.down();
    expect(await githubCreateIssue.verify!(issue('Any'), await context())).toMatchObject({ is: 'unsure' });
    const nowhere = await context({ config: { githubUrl: await addressOfNobody() } });
    await expect(githubCreateIssue.run(issue('Any'), nowhere)).rejects.toMatchObject({
      code: 'network.unreachable',
      failure: { retryable: true, unanswered: false },
    });
  });

  it('tells a bad token, a rate limit and a refusal apart [core.action.github]', async () => {
    const bad = { ...issue('Any'), token: 'wrong' };
    await expect(githubCreateIssue.run(bad, await context())).rejects.toMatchObject({
      code: 'github.denied',
      failure: { retryable: false },
    });
    const reset = Math.floor(Date.now() / 1000) + 60;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    github.faults.answerNext('POST', /issues$/, {
      status: 403,
      headers,
      body: '{"message":"API rate limit exceeded"}',
    });
    await expect(githubCreateIssue.run(issue('Any'), await context())).rejects.toMatchObject({
      code: 'github.rate_limited',
      failure: { retryable: true, unanswered: false, data: { retry_at: new Date(reset * 1000).toISOString() } },
    });
    const nobody = { ...issue('Any'), repository: 'nobody/nothing' };
    await expect(githubCreateIssue.run(nobody, await context())).rejects.toMatchObject({ code: 'github.not_found' });
    await expect(githubCreateIssue.run({ ...issue('Any'), title: ' ' }, await context())).rejects.toMatchObject({
      code: 'github.refused',
      message: expect.stringContaining('Validation'),
    });
  });

  it('takes the page of a proxy or a log-in for no answer of GitHub [core.action.github]', async () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' };
    github.faults.answerNext('POST', /issues$/, page);
    await expect(githubCreateIssue.run(issue('Any'), await context())).rejects.toMatchObject({
      code: 'github.strange_answer',
      message: expect.stringContaining('text/html'),
      failure: { retryable: true, unanswered: true },
    });
  });

  it('stops waiting when the step is stopped', async () => {
    const stop = new AbortController();
    const held = github.faults.holdNext('POST', /issues$/);
    const running = githubCreateIssue.run(issue('Held'), await context({ signal: stop.signal }));
    await held.arrived;
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'network.cancelled', failure: { unanswered: true } });
    held.release();
  });
});

describe('github.comment', () => {
  it('comments once, also when the answer was lost [core.action.github]', async () => {
    const opened = await githubCreateIssue.run(
      githubCreateIssue.input.parse({ ...where(), title: 'Talk' }),
      await context(),
    );
    const step = await context();
    const input = githubComment.input.parse({ ...where(), number: opened.number, body: 'Done.' });
    github.faults.loseNextAnswer('POST', /comments$/);
    await expect(githubComment.run(input, step)).rejects.toMatchObject({ code: 'network.lost' });
    expect(await githubComment.verify!(input, step)).toMatchObject({ is: 'done', result: { already: true } });
    expect(await githubComment.verify!(input, await context())).toEqual({ is: 'not-done' });
    const { id } = await githubComment.run(input, await context());
    const comments = await api('GET', `/issues/${opened.number}/comments`);
    expect(comments).toContainEqual(expect.objectContaining({ id }));
  });
});

describe('github.create_release', () => {
  async function release(name: string, files: Record<string, string> = { 'package-1.0.0.tgz': 'the package' }) {
    const folder = (await context()).services.config.workDirectory;
    const assets = await Promise.all(
      Object.entries(files).map(async ([file, text]) => {
        await writeFile(join(folder, file), text);
        return join(folder, file);
      }),
    );
    return githubCreateRelease.input.parse({ ...where(), tag: name, notes: '### Added\n\n- A thing', assets });
  }

  it('appears complete, with notes and assets, and is found again [core.action.github]', async () => {
    const input = await release('v1.0.0', { 'a.tgz': 'one', 'b c.txt': 'two' });
    const done = await githubCreateRelease.run(input, await context());
    expect(done).toMatchObject({
      tag: 'v1.0.0',
      already: false,
      assets: [{ name: 'a.tgz', size: 3 }, { name: 'b.c.txt' }],
    });
    const found = await githubFindRelease.run({ ...where(), tag: 'v1.0.0' }, await context());
    expect(found).toMatchObject({
      exists: true,
      name: 'v1.0.0',
      url: done.url,
      notes: expect.stringContaining('A thing'),
    });
    expect(await (await fetch(done.assets[0]!.url)).text()).toBe('one');
    expect(await githubCreateRelease.run(input, await context())).toMatchObject({ id: done.id, already: true });
    const order = writes().map(({ method, path }) => `${method} ${path.replace(/.*releases/, '')}`);
    expect(order).toEqual([
      'POST ',
      `POST /${done.id}/assets?name=a.tgz`,
      `POST /${done.id}/assets?name=b.c.txt`,
      `PATCH /${done.id}`,
    ]);
  });

  it('is no latest release where its version is older than that one’s, and a pre-release by its own version [core.action.github]', async () => {
    const published = async (name: string) => {
      const { id } = await githubCreateRelease.run(await release(await tag(name)), await context());
      const { prerelease } = (await api('GET', `/releases/${id}`)) as { prerelease: boolean };
      return { prerelease, latest: ((await api('GET', '/releases/latest')) as Listed).tag_name };
    };
    expect(await published('v7.0.0')).toEqual({ prerelease: false, latest: 'v7.0.0' });
    expect(await published('v6.9.1')).toEqual({ prerelease: false, latest: 'v7.0.0' });
    expect(await published('v8.0.0-beta.1')).toEqual({ prerelease: true, latest: 'v7.0.0' });
    expect(await published('v8.0.0rc1')).toEqual({ prerelease: true, latest: 'v7.0.0' });
    expect(await published('v8.0.0')).toEqual({ prerelease: false, latest: 'v8.0.0' });
    expect(await published('other@1.0.0')).toEqual({ prerelease: false, latest: 'other@1.0.0' });
  });

  it.each([
    ['draft', 'POST', /releases$/],
    ['asset', 'POST', /assets/],
    ['publication', 'PATCH', /releases\/\d+$/],
  ] as const)(
    'loses the answer to the %s and ends with one release all the same [core.action.github]',
    async (what, method, path) => {
      const input = await release(await tag(`v2.0.0-${what}`), { 'x.tgz': 'x', 'y.tgz': 'y' });
      const step = await context();
      github.faults.loseNextAnswer(method, path);
      await expect(githubCreateRelease.run(input, step)).rejects.toMatchObject({ failure: { unanswered: true } });
      const verdict = await githubCreateRelease.verify!(input, step);
      expect(verdict.is).toBe(what === 'publication' ? 'done' : 'not-done');
      if (verdict.is !== 'done') await githubCreateRelease.run(input, step.again());
      const listed = (await api('GET', '/releases?per_page=100')) as Listed[];
      const all = listed.filter((one) => one.tag_name === input.tag);
      expect(all).toHaveLength(1);
      expect(all[0]).toMatchObject({ draft: false });
      expect(all[0]!.assets.map((asset) => asset.name).toSorted()).toEqual(['x.tgz', 'y.tgz']);
    },
  );

  it('gives a published release what it lacks, and touches nothing that differs [core.action.github]', async () => {
    const input = await release(await tag('v3.0.0'), { 'x.tgz': 'x' });
    await api('POST', '/releases', { tag_name: 'v3.0.0', body: 'by hand' });
    expect(await githubCreateRelease.verify!(input, await context())).toEqual({ is: 'not-done' });
    expect(await githubCreateRelease.run(input, await context())).toMatchObject({ assets: [{ name: 'x.tgz' }] });
    expect((await githubFindRelease.run({ ...where(), tag: 'v3.0.0' }, await context())).notes).toBe('by hand');
    const other = await release('v3.0.0', { 'x.tgz': 'another x' });
    await expect(githubCreateRelease.run(other, await context())).rejects.toMatchObject({
      code: 'github.asset_differs',
    });
    expect(await githubCreateRelease.verify!(other, await context())).toEqual({ is: 'not-done' });
  });

  it('refuses a tag that was not pushed, so that GitHub makes none by itself [core.action.github]', async () => {
    const input = await release('v9.9.9');
    await expect(githubCreateRelease.run(input, await context())).rejects.toMatchObject({ code: 'github.tag_missing' });
    expect(writes()).toEqual([]);
    expect(await repository.git('ls-remote', '--tags', repository.path, 'v9.9.9')).toBe('');
  });

  it('leaves a draft of somebody else alone [core.action.github]', async () => {
    const input = await release(await tag('v4.0.0'));
    await api('POST', '/releases', { tag_name: 'v4.0.0', draft: true, body: 'mine' });
    await expect(githubCreateRelease.run(input, await context())).rejects.toMatchObject({
      code: 'github.draft_exists',
    });
  });
});

describe('looking', () => {
  it('finds an annotated tag with its commit and message, a light one, and none [core.action.github]', async () => {
    const find = async (name: string) => githubFindTag.run({ ...where(), tag: name }, await context());
    expect(await find('v1.0.0')).toMatchObject({
      exists: true,
      sha: repository.commit,
      annotated: true,
      message: expect.stringContaining('The notes of v1.0.0'),
    });
    await repository.git('tag', 'light');
    await repository.git('push', '--quiet', repository.path, 'light');
    expect(await find('light')).toMatchObject({ exists: true, sha: repository.commit, annotated: false });
    expect(await find('none')).toMatchObject({ exists: false, sha: null });
    expect(await githubFindRelease.run({ ...where(), tag: 'none' }, await context())).toMatchObject({ exists: false });
  });

  it('says what a token may do [core.action.github]', async () => {
    const check = async (token: string, name = where().repository) =>
      githubCheckAccess.run({ repository: name, token }, await context());
    expect(await check(github.token)).toMatchObject({ valid: true, sees: true, may_push: true });
    expect(await check('wrong')).toMatchObject({ valid: false, may_push: false });
    expect(await check(github.token, 'nobody/nothing')).toMatchObject({ valid: true, sees: false, may_push: false });
  });

  it('takes a repository by name or by any address of it', () => {
    for (const text of [
      'demo/package',
      'https://github.com/demo/package',
      'https://x:y@github.com/demo/package.git',
      'git@github.com:demo/package.git',
      'ssh://git@github.example/demo/package/',
    ]) {
      expect(parseRepository(text)).toEqual({ owner: 'demo', repo: 'package' });
    }
    for (const text of ['package', '/srv/git/package.git', 'a/b/c', '']) {
      expect(() => parseRepository(text)).toThrow(expect.objectContaining({ code: 'github.bad_repository' }));
    }
  });
});
