import type { ActionContext, ProcessResult } from '../actions/action.ts';
import { gitFailure } from './failure.ts';

export interface GitOptions {
  input?: string;
  env?: Readonly<Record<string, string>>;
  /** Exit codes besides 0 that are an answer and no failure. */
  answers?: readonly number[];
  keepBytes?: number;
  /** Shows what git says while it works. */
  live?: boolean;
}

type Caller = Pick<ActionContext, 'services' | 'signal' | 'log'>;

/**
 * Git in one folder, never asking anything at a terminal and always in English, which its refusals are read in.
 * Throws the failures of `failure.ts`.
 */
export async function git(
  context: Caller,
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<ProcessResult> {
  const result = await context.services.process.run(['git', ...args], {
    cwd: directory,
    env: { ...agents(), ...QUIET, ...options.env },
    signal: context.signal,
    ...(options.input !== undefined && { input: options.input }),
    ...(options.keepBytes !== undefined && { keepBytes: options.keepBytes }),
    ...(options.live && { onLine: (line: string) => context.log(line) }),
  });
  if (result.exitCode === 0 || options.answers?.includes(result.exitCode)) return result;
  throw gitFailure(args, directory, result);
}

/** What git prints, without the line end. */
export async function gitText(
  context: Caller,
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return (await git(context, directory, args, options)).stdout.replace(/\r?\n$/, '');
}

/** The commit a name stands for, or undefined when there is no such name. */
export async function commitOf(context: Caller, directory: string, name: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(
    context,
    directory,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    {
      answers: [1, 128],
    },
  );
  // With `--end-of-options` older versions of git print the option too.
  return exitCode === 0 ? stdout.trim().split('\n').at(-1) : undefined;
}

/** Where the agents are that hold the keys of SSH and GPG. Only git gets them, for remotes and signatures. */
function agents(): Record<string, string> {
  const found = ['SSH_AUTH_SOCK', 'GNUPGHOME'].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(found.filter((one): one is [string, string] => Boolean(one[1])));
}

const QUIET = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GCM_INTERACTIVE: 'never',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_MERGE_AUTOEDIT: 'no',
  GIT_EDITOR: 'true',
};
