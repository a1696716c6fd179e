import { fork } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { withFaults } from '../../../daemon/demo/counterparts/faults.ts';
import { startGitServer } from '../../../daemon/demo/counterparts/git-server.ts';
import { startGithub } from '../../../daemon/demo/counterparts/github.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { bareRepository, type TestRepository } from '../../fakes/bare-repository.ts';

const closers: (() => Promise<void>)[] = [];
const later = <T extends { stop(): Promise<void> }>(started: T): T => {
  closers.push(() => started.stop());
  return started;
};
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('faults', () => {
  const started = async () => {
    let performed = 0;
    const { listener, faults } = withFaults((_, response) => {
      performed++;
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('it ');
      response.end('worked');
    });
    const { url, close } = await listenOnLoopback(listener);
    closers.push(close);
    return {
      faults,
      ask: (path = '/') => fetch(url + path, { method: 'POST', body: 'x' }),
      performed: () => performed,
    };
  };

  it('lets everything through as long as nothing is asked of it', async () => {
    const { ask, performed, faults } = await started();
    expect(await (await ask('/a')).text()).toBe('it worked');
    expect([performed(), faults.requests]).toEqual([1, [{ method: 'POST', path: '/a' }]]);
  });

  it('loses the answer of what it performed, and cuts before it performs', async () => {
    const { ask, performed, faults } = await started();
    faults.loseNextAnswer('POST', /a/);
    await expect(ask('/a')).rejects.toThrow('fetch failed');
    expect(performed()).toBe(1);
    faults.cutNext('POST', /a/, 2);
    await expect(ask('/a')).rejects.toThrow('fetch failed');
    await expect(ask('/a')).rejects.toThrow('fetch failed');
    expect(performed()).toBe(1);
    expect((await ask('/a')).status).toBe(200);
  });

  it('answers in its place, holds, and is down until it is up', async () => {
    const { ask, performed, faults } = await started();
    faults.answerNext('POST', /a/, { status: 418, headers: { 'x-pot': 'tea' }, body: '"short"' });
    const answer = await ask('/a');
    expect([answer.status, answer.headers.get('x-pot'), await answer.json()]).toEqual([418, 'tea', 'short']);
    const held = faults.holdNext('POST', /b/);
    const waiting = ask('/b');
    await held.arrived;
    expect(performed()).toBe(0);
    held.release();
    expect((await waiting).status).toBe(200);
    faults.down();
    await expect(ask()).rejects.toThrow('fetch failed');
    faults.up();
    expect((await ask()).status).toBe(200);
  });
});

describe('git over HTTP', () => {
  const push = (repository: TestRepository, url: string) =>
    repository.git('push', '--quiet', url, 'HEAD:refs/heads/next');

  it('takes a push and tells of it, with the token only', async () => {
    const repository = await bareRepository();
    const pushed = Promise.withResolvers<void>();
    const server = later(await startGitServer(repository.path, { token: 'secret', onPush: pushed.resolve }));
    await expect(repository.git('-c', 'credential.helper=', 'ls-remote', server.url)).rejects.toThrow('Command failed');
    await push(repository, server.url.replace('//', '//any:secret@'));
    await pushed.promise;
    const header = `http.extraHeader=Authorization: Bearer secret`;
    const heads = await repository.git('-c', header, 'ls-remote', server.url, 'refs/heads/next');
    expect(heads).toContain(repository.commit);
  });

  it('performs a push whose answer is lost', async () => {
    const repository = await bareRepository();
    const server = later(await startGitServer(repository.path));
    server.faults.loseNextAnswer('POST', /git-receive-pack/);
    await expect(push(repository, server.url)).rejects.toThrow('Command failed');
    expect(await repository.git('ls-remote', server.url, 'refs/heads/next')).toContain(repository.commit);
  });
});

describe('the local CI', () => {
  const checkRuns = async (github: { url: string; owner: string; repo: string }, sha: string) => {
    const answer = await fetch(`${github.url}/repos/${github.owner}/${github.repo}/commits/${sha}/check-runs`);
    return ((await answer.json()) as { check_runs: { conclusion: string | null; output: { summary: string } }[] })
      .check_runs;
  };
  const commit = async (repository: TestRepository, exitCode: number) => {
    await writeFile(join(repository.work, 'test.js'), `console.log('tested'); process.exitCode = ${exitCode};\n`);
    await repository.git('add', '.');
    await repository.git('commit', '--quiet', '-m', `test: exit with ${exitCode}`);
    await repository.git('push', '--quiet', repository.path, 'main');
    return repository.git('rev-parse', 'HEAD');
  };

  it('finds what was pushed, tests that commit and reports its check run', async () => {
    const repository = await bareRepository();
    const command = [process.execPath, 'test.js'];
    const github = later(await startGithub({ bareRepository: repository.path, ci: { command } }));
    for (const [exitCode, conclusion] of [
      [0, 'success'],
      [1, 'failure'],
    ] as const) {
      const sha = await commit(repository, exitCode);
      await expect
        .poll(async () => (await checkRuns(github, sha))[0]?.conclusion, { timeout: 20_000 })
        .toBe(conclusion);
      expect((await checkRuns(github, sha))[0]!.output.summary).toContain('tested');
    }
    expect(await checkRuns(github, repository.commit)).toEqual([]);
  });

  it('ends what it runs when it is stopped, and leaves no folder', async () => {
    const repository = await bareRepository();
    const root = await mkdtemp(join(tmpdir(), 'ci-'));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = root;
    try {
      const command = [process.execPath, '-e', 'setTimeout(() => {}, 60_000)'];
      const github = await startGithub({ bareRepository: repository.path, ci: { command } });
      const sha = await commit(repository, 0);
      const running = github.ci!.notify(sha);
      await expect.poll(async () => (await checkRuns(github, sha)).length, { timeout: 20_000 }).toBe(1);
      await github.stop();
      await running;
      expect(await readdir(root)).toEqual([]);
    } finally {
      process.env['TMPDIR'] = before;
    }
  });
});

describe('the local npm registry', () => {
  it('ends with whoever started it, also when that was killed', async () => {
    const script = join(await mkdtemp(join(tmpdir(), 'starter-')), 'starter.mjs');
    const module = new URL('../../../daemon/demo/counterparts/npm-registry.ts', import.meta.url).href;
    await writeFile(
      script,
      `const { startNpmRegistry } = await import(${JSON.stringify(module)});
       process.send((await startNpmRegistry()).pid);`,
    );
    const starter = fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const pid = await new Promise<number>((resolve) =>
      starter.once('message', (message) => resolve(message as number)),
    );
    expect(isAlive(pid)).toBe(true);
    starter.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
