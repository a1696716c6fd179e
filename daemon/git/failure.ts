import { fail, type FailureKind, type StagebookError } from '../../shared/failure.ts';
import type { ProcessResult } from '../actions/action.ts';

interface Refusal {
  said: RegExp;
  kind: FailureKind;
  code: string;
  remedy: string;
}

/** What git says, and what it means. The first that fits counts. */
const REFUSALS: readonly Refusal[] = [
  {
    said: /Unable to create '.*\.lock': File exists|index\.lock|cannot lock ref .*File exists|Another git process/i,
    kind: 'locked',
    code: 'git.locked',
    remedy:
      'Another git works on this repository. If none does, a killed one left its lock: remove the .lock file that is named.',
  },
  {
    said: /does not support --atomic/i,
    kind: 'invalid',
    code: 'git.atomic_unsupported',
    remedy:
      'The remote cannot take several refs all or none. Set "atomic: false" if one without the other is acceptable.',
  },
  {
    said: /does not support --signed push/i,
    kind: 'invalid',
    code: 'git.signed_push_unsupported',
    remedy: 'Git is set up to sign what it pushes, which this remote cannot take: git config push.gpgSign if-asked',
  },
  {
    said: /--mirror can't be combined with refspecs/i,
    kind: 'invalid',
    code: 'git.mirror',
    remedy:
      'This remote is set up to become a mirror of everything here. Take that back (git config --unset remote.NAME.mirror), or ' +
      'name another remote.',
  },
  {
    said: /(?:LF|CRLF) would be replaced by (?:LF|CRLF)/,
    kind: 'invalid',
    code: 'git.line_ends',
    remedy:
      'core.safecrlf refuses line ends that git would change. Say in .gitattributes which ones the file has, or set ' +
      'core.safecrlf to warn.',
  },
  {
    said: /would be overwritten by|commit your changes or stash them/i,
    kind: 'conflict',
    code: 'git.unclean',
    remedy: 'The work tree has changes that would be lost. Commit them or put them away first.',
  },
  {
    said: /non-fast-forward|\(fetch first\)|\(stale info\)|\[rejected\]|Updates were rejected/i,
    kind: 'conflict',
    code: 'git.rejected',
    remedy: 'The remote has something that is not here. Fetch it and put the work on top of it.',
  },
  {
    said: /\[remote rejected\]|pre-receive hook declined|protected branch|GH\d{3}:/i,
    kind: 'denied',
    code: 'git.refused_by_remote',
    remedy: 'The remote has a rule against this push: keep to it, or let who pushes pass it, then try again.',
  },
  {
    said: /Permission denied \([\w,-]*publickey|Host key verification failed/i,
    kind: 'denied',
    code: 'git.denied',
    remedy:
      'SSH asks nobody here: load the key into the agent (ssh-add), and connect once by hand so that known_hosts has the host.',
  },
  {
    said: /Authentication failed|could not read (Username|Password)|terminal prompts disabled|Permission denied|HTTP 40[13]|returned error: 40[13]|Invalid username or (password|token)/i,
    kind: 'denied',
    code: 'git.denied',
    remedy: 'Give a token that may do this (`token: ${{ secret("…") }}`), or one with more rights.',
  },
  {
    said: /returned error: 429|HTTP 429|rate limit/i,
    kind: 'rate-limit',
    code: 'git.rate_limited',
    remedy: 'The remote asks to wait.',
  },
  {
    said: /returned error: 5\d\d|HTTP 5\d\d/i,
    kind: 'unavailable',
    code: 'git.unavailable',
    remedy: 'The remote has trouble of its own. Try again later.',
  },
  {
    said: /returned error: 30\d/i,
    kind: 'invalid',
    code: 'git.moved',
    remedy: 'The remote points to another address, to which no token is sent. Write that address: git remote set-url.',
  },
  {
    said: /failed to sign the (data|buffer)|cannot run (gpg|ssh-keygen)|unable to sign the tag|signing failed/i,
    kind: 'denied',
    code: 'git.not_signed',
    remedy:
      'Git is set up to sign here, and nobody can type a passphrase: unlock the key first (gpg-agent or ssh-agent), or name ' +
      'one that is there (user.signingKey), then go on where it stopped.',
  },
  {
    said: /error building trees|: unmerged \(|unmerged files|unmerged paths/i,
    kind: 'conflict',
    code: 'git.unmerged',
    remedy: 'A merge or rebase is not finished here: finish it, or give it up (git merge --abort, git rebase --abort).',
  },
  {
    said: /dubious ownership/i,
    kind: 'denied',
    code: 'git.foreign_repository',
    remedy: 'The repository belongs to another user. Allow it with: git config --global --add safe.directory PATH',
  },
  {
    said: /does not appear to be a git repository|repository '.*' (does not exist|not found)|Repository not found|returned error: 404|No such remote|'.*' does not appear to be/i,
    kind: 'not-found',
    code: 'git.no_remote',
    remedy: 'Look at the address with: git remote -v. A private repository also looks missing without a token.',
  },
  {
    said: /external filter .* failed|clean filter .* failed|smudge filter .* failed/i,
    kind: 'invalid',
    code: 'git.filter_failed',
    remedy: 'Install what .gitattributes asks for (for LFS: git lfs install), then go on where it stopped.',
  },
  {
    said: /returned error: 4\d\d|no DAV locking support|is this a git repository\?/i,
    kind: 'invalid',
    code: 'git.strange_answer',
    remedy:
      'What answers there does not take this. Look at the address (git remote -v), and whether a proxy or a log-in stands in between.',
  },
  {
    said: /SSL certificate|certificate verif|CAfile|SSL_(connect|ERROR)|gnutls_handshake|wrong version number|TLS connection/i,
    kind: 'denied',
    code: 'git.untrusted',
    remedy:
      'Who answers could not prove to be the remote, so nothing was sent. Check the address and this machine’s clock; where the ' +
      'certificate is of an authority of your own, name its file: git config http.sslCAInfo FILE',
  },
  {
    said: /Could not resolve host|Connection (refused|reset|timed out)|Failed to connect|Could not connect|unable to access|early EOF|RPC failed|remote end hung up|Couldn't connect|Operation timed out|Network is unreachable|transfer closed/i,
    kind: 'network',
    code: 'git.unreachable',
    remedy: 'The remote could not be reached. Look at its address and at the network.',
  },
  {
    said: /not a git repository/i,
    kind: 'not-found',
    code: 'git.no_repository',
    remedy: 'Give the folder of a git repository, or make one with: git init',
  },
  {
    said: /pathspec '.*' did not match|src refspec .* does not match|unknown revision|bad revision|Needed a single revision|ambiguous argument|not a valid object name/i,
    kind: 'not-found',
    code: 'git.unknown_name',
    remedy: 'There is no such file, branch, tag or commit in the repository.',
  },
];

/** A failed git command as a failure: what it was to do, what git said, and what to do about it. */
export function gitFailure(args: readonly string[], directory: string, result: ProcessResult): StagebookError {
  const said = cause(result);
  const refusal = REFUSALS.find((one) => one.said.test(`${result.stderr}\n${result.stdout}`));
  if (!refusal && stoppedByHook(args, result)) return hookFailure(args, directory, result);
  const told = refusal?.code === 'git.refused_by_remote' ? wordsOfRemote(result) : '';
  const verb = args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? '';
  const message = `git ${verb} in ${directory} failed: ${sentence(said)} ${told}${refusal?.remedy ?? ''}`.trim();
  const data = { exit_code: result.exitCode, output: `${result.stdout}${result.stderr}`.trim().slice(-2000) };
  const error = fail(refusal?.kind ?? 'invalid', refusal?.code ?? 'git.failed', message, { data });
  if (NEVER_CONNECTED.test(result.stderr)) error.failure.unanswered = false;
  return error;
}

/** No connection came about, so nothing was sent: nobody has to find out what became of it. */
const NEVER_CONNECTED =
  /Could not resolve host|Connection refused|Failed to connect|Could not connect|Couldn't connect|Network is unreachable/i;

/** Git says nothing of its own where a hook ends a commit, and but one sentence where one ends a push. */
function stoppedByHook(args: readonly string[], { stderr, stdout, exitCode }: ProcessResult): boolean {
  if (exitCode !== 1 || !(args[0] === 'commit' || args[0] === 'push')) return false;
  const own = `${stdout}\n${stderr}`.split('\n').filter((line) => /^(fatal|error):|\[(remote )?rejected\]/.test(line));
  return own.every((line) => args[0] === 'push' && line.startsWith('error: failed to push some refs'));
}

function hookFailure(args: readonly string[], directory: string, { stdout, stderr }: ProcessResult): StagebookError {
  const output = `${stdout}${stderr}`.trim();
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('error: failed to push'));
  const said =
    lines.length === 0 ? 'It said nothing.' : `It said: ${sentence(lines.slice(-5).join(' / ').slice(-500))}`;
  return fail(
    'invalid',
    'git.stopped_by_hook',
    `A hook of the repository in ${directory} (pre-${args[0]}, or commit-msg) stopped git ${args[0]}. ${said} ` +
      'Put right what it names, then go on where it stopped.',
    { data: { exit_code: 1, output: output.slice(-2000) } },
  );
}

const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`);

/** What a hook or a rule at the remote has printed. */
function wordsOfRemote({ stderr }: ProcessResult): string {
  const lines = stderr.split(/\r?\n/).map((line) => /^remote:\s*(?:error:\s*)?(.*)$/.exec(line)?.[1]?.trim() ?? '');
  const words = lines.filter((line) => line !== '' && !/^(Resolving|Counting|Compressing|Processing) /.test(line));
  return words.length === 0 ? '' : `It says: ${sentence(words.join(' ').slice(0, 500))} `;
}

/** The line that says why: a rejected ref, an error of the remote, or git's own last complaint; never a hint. */
function cause({ stdout, stderr, exitCode }: ProcessResult): string {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(hint|To |remote:\s*$|Done$|warning:)/.test(line));
  const complaints = lines.filter((line) => /^(fatal|error|remote: error):/.test(line));
  const rejected = lines.find((line) => /\[(remote )?rejected\]/.test(line));
  const first = complaints.find((line) => !/failed to push some refs/.test(line));
  const line = rejected ?? first ?? complaints[0] ?? lines.at(-1) ?? `it ended with exit code ${exitCode}`;
  return line.replace(/^(fatal|error): /, '').replaceAll('\t', ' ');
}
