import { describe, expect, it } from 'vitest';
import { gitFailure } from '../../../daemon/git/failure.ts';

const told = (verb: string, stderr: string, exitCode = 128) =>
  gitFailure([verb], '/work/thing', { stdout: '', stderr, exitCode, durationMs: 1 });

describe('what git says', () => {
  it.each([
    ['push', "fatal: unable to access 'https://x/': The requested URL returned error: 409", 'git.strange_answer'],
    ['push', 'error: no DAV locking support on http://x/a/b.git/', 'git.strange_answer'],
    [
      'ls-remote',
      "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate",
      'git.untrusted',
    ],
    [
      'push',
      "fatal: unable to access 'https://x/': gnutls_handshake() failed: An unexpected TLS packet",
      'git.untrusted',
    ],
    ['add', "error: external filter 'git-lfs clean -- %f' failed 127", 'git.filter_failed'],
    ['write-tree', 'a.txt: unmerged (0123)\nfatal: git-write-tree: error building trees', 'git.unmerged'],
  ])('of %s, “%s”, is %s, with a remedy, and nothing was done by it [core.action.git]', (verb, stderr, code) => {
    const { failure } = told(verb, stderr);
    expect(failure).toMatchObject({ code, retryable: false, unanswered: false });
    expect(failure.message).toMatch(/\. (What|Who|Install|A merge) .+/);
  });

  it('ends what a hook or the remote said as a sentence [core.action.git]', () => {
    expect(told('commit', 'lint failed', 1).failure.message).toContain('It said: lint failed. Put right');
    const refused = ' ! [remote rejected] main -> main (pre-receive hook declined)';
    expect(told('push', `remote: not on a Friday\n${refused}`, 1).failure.message).toContain(
      'It says: not on a Friday. The remote has a rule',
    );
  });
});
