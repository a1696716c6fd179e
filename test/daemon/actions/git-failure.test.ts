import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { gitPush } from '../../../daemon/actions/git-push.ts';
import { gitFailure } from '../../../daemon/git/failure.ts';
import { hook } from '../../fakes/repository.ts';
import { atWork, type AtWork } from './at-work.ts';

let { repository, directory, context } = {} as AtWork;
beforeEach(async () => {
  ({ repository, directory, context } = await atWork());
});

const push = (refs: string[], more = {}) => gitPush.input.parse({ directory, refs, ...more });

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
    [
      'fatal: the receiving end does not support --signed push\nfatal: the remote end hung up unexpectedly',
      'git.signed_push_unsupported',
      false,
    ],
    ["fatal: --mirror can't be combined with refspecs", 'git.mirror', false],
    ['fatal: LF would be replaced by CRLF in CHANGELOG.md', 'git.line_ends', false],
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
