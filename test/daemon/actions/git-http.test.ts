import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitRemoteRefs } from '../../../daemon/actions/git-look.ts';
import { gitPush } from '../../../daemon/actions/git-push.ts';
import { startGitServer, type GitServer } from '../../../daemon/demo/counterparts/git-server.ts';
import { remoteEnvironment } from '../../../daemon/git/remote.ts';
import { toFailure } from '../../../shared/failure.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { workRepository, type WorkRepository } from '../../fakes/repository.ts';

const TOKEN = 'ghp_a-token-that-nobody-may-see';
const RECEIVE = /git-receive-pack$/;

let repository: WorkRepository;
let directory: string;
let server: GitServer;
let context: TestContext;
beforeEach(async () => {
  repository = await workRepository();
  directory = repository.directory;
  server = await startGitServer(repository.remote, { token: TOKEN });
  await repository.git('remote', 'set-url', 'origin', server.url);
  await repository.commit('feat: begin');
  context = await testContext();
});
afterEach(() => server.stop());

const push = (more = {}) => gitPush.input.parse({ directory, refs: ['main'], token: TOKEN, ...more });
const there = () =>
  repository.git('--git-dir', repository.remote, 'for-each-ref', '--format=%(objectname)', 'refs/heads/main');

/** A server on a free port of this machine. */
async function listen(answer: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const listening = createServer(answer);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        listening.closeAllConnections();
      }),
  };
}

describe('git over http', () => {
  it('pushes and asks with a token, and keeps it from the repository and the command line [core.action.git]', async () => {
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(commandLines()), 5);
    const result = await gitPush.run(push(), context);
    const refs = await gitRemoteRefs.run(gitRemoteRefs.input.parse({ directory, token: TOKEN }), context);
    clearInterval(watch);
    expect(result).toMatchObject({ address: server.url, refs: [{ ref: 'refs/heads/main', commit: await there() }] });
    expect(refs.refs).toContainEqual({ name: 'refs/heads/main', commit: await there(), held: true });
    expect(seen.join('\n')).toContain('git');
    const encoded = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
    for (const text of [
      seen.join('\n'),
      context.logged.join('\n'),
      JSON.stringify([result, refs]),
      configOf(directory),
    ]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(encoded);
    }
  });

  it('does not ask at a terminal when the token is wrong or missing', async () => {
    for (const token of [undefined, 'wrong']) {
      await expect(gitPush.run(push({ token }), context)).rejects.toMatchObject({
        code: 'git.denied',
        failure: { retryable: false, unanswered: false, message: expect.stringContaining('Give a token') },
      });
    }
    expect(await there()).toBe('');
  });

  it('sends the token to the remote’s own address only', () => {
    const variables = remoteEnvironment('https://git.example.org/a/b.git', { token: TOKEN });
    const headers = Object.values(variables).filter(
      (value) => value.startsWith('http.') && value.endsWith('.extraHeader'),
    );
    expect(new Set(headers)).toEqual(new Set(['http.https://git.example.org/.extraHeader']));
  });

  it('gives the token to nobody to whom the remote points [core.action.git]', async () => {
    const given: (string | undefined)[] = [];
    const other = await listen((request, response) => {
      given.push(request.headers.authorization);
      const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
      const none = line(`${'0'.repeat(40)} capabilities^{}\0report-status atomic\n`);
      response.setHeader('Content-Type', 'application/x-git-receive-pack-advertisement');
      response.end(`${line('# service=git-receive-pack\n')}0000${none}0000`);
    });
    const moved = await listen(({ url }, response) => {
      response.writeHead(302, { Location: `${other.url}${url}` }).end();
    });
    try {
      await expect(gitPush.run(push({ remote: moved.url }), context)).rejects.toMatchObject({
        code: 'git.moved',
        failure: { retryable: false, message: expect.stringContaining('another address') },
      });
      expect(given.filter((header) => header !== undefined)).toEqual([]);
    } finally {
      await Promise.all([moved.close(), other.close()]);
    }
  });

  it('knows a push whose answer was lost, and one that never arrived [core.action.git]', async () => {
    // Often enough that git, which sends again by itself, gives up.
    server.faults.cutNext('POST', RECEIVE, 9);
    await expect(gitPush.run(push(), context)).rejects.toMatchObject({
      code: 'git.unreachable',
      failure: { retryable: true, unanswered: true },
    });
    expect(await gitPush.verify!(push(), context)).toEqual({ is: 'not-done' });
    server.faults.clear();
    server.faults.loseNextAnswer('POST', RECEIVE, 9);
    await expect(gitPush.run(push(), context)).rejects.toMatchObject({
      failure: { retryable: true, unanswered: true },
    });
    server.faults.clear();
    const done = { is: 'done', result: { refs: [{ ref: 'refs/heads/main' }] } };
    expect(await gitPush.verify!(push(), context)).toMatchObject(done);
  });

  it('is not refused for what its own lost first try has done', async () => {
    server.faults.loseNextAnswer('POST', RECEIVE);
    // Whether git sends it again depends on its version. If it does not, nobody knows; a refusal it never is.
    const end = await gitPush.run(push(), context).then(
      () => 'done',
      (error: unknown) => (toFailure(error).unanswered ? 'unknown' : 'refused'),
    );
    expect(['done', 'unknown']).toContain(end);
    const refs = [{ commit: await there() }];
    expect(await gitPush.verify!(push(), context)).toMatchObject({ is: 'done', result: { refs } });
  });

  it('is unsure while the remote is down, and says what the remote says', async () => {
    server.faults.down();
    expect(await gitPush.verify!(push(), context)).toMatchObject({ is: 'unsure' });
    server.faults.up();
    for (const [status, code, retryable] of [
      [403, 'git.denied', false],
      [404, 'git.no_remote', false],
      [429, 'git.rate_limited', true],
      [503, 'git.unavailable', true],
    ] as const) {
      server.faults.answerNext('GET', /info\/refs/, { status });
      await expect(gitPush.run(push(), context)).rejects.toMatchObject({ code, failure: { retryable } });
    }
  });

  it('ends when the step is stopped, and leaves what happened for verify to find', async () => {
    const held = server.faults.holdNext('POST', RECEIVE);
    const stop = new AbortController();
    const run = gitPush.run(push(), await testContext({ signal: stop.signal }));
    await held.arrived;
    stop.abort();
    await expect(run).rejects.toMatchObject({ code: 'process.cancelled', failure: { unanswered: true } });
    held.release();
    expect(['done', 'not-done']).toContain((await gitPush.verify!(push(), context)).is);
  });
});

function commandLines(): string {
  if (process.platform !== 'linux') return execFileSync('ps', ['-axo', 'args']).toString();
  const read = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
    } catch {
      return ''; // It has just ended.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read)
    .join('\n');
}

function configOf(folder: string): string {
  return readFileSync(path.join(folder, '.git', 'config'), 'utf8');
}
