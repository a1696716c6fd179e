import type { ActionContext } from '../actions/action.ts';
import { git, gitText } from './command.ts';

type Caller = Pick<ActionContext, 'services' | 'signal' | 'log'>;

export interface Credentials {
  token?: string | undefined;
  /** What GitHub takes with any token, by default. */
  user?: string | undefined;
}

/** The address that a push to this remote goes to. A remote that is an address itself is given back. */
export async function remoteAddress(context: Caller, directory: string, remote: string): Promise<string> {
  const { exitCode, stdout } = await git(context, directory, ['remote', 'get-url', '--push', '--', remote], {
    answers: [2, 128],
  });
  return exitCode === 0 ? stdout.trim() : remote;
}

/**
 * Git's environment for a remote. A token goes to the remote's own origin and nowhere else,
 * and neither onto a command line nor into an address, where others could read it.
 */
export function remoteEnvironment(
  address: string,
  { token, user = 'x-access-token' }: Credentials,
): Record<string, string> {
  const settings: [string, string][] = [
    // A remote that says nothing for a minute is taken for gone.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
    // Housekeeping must not go on after git has ended.
    ['gc.autoDetach', 'false'],
    ['maintenance.autoDetach', 'false'],
  ];
  if (token !== undefined) {
    const credentials = Buffer.from(`${user}:${token}`).toString('base64');
    settings.push(
      ['credential.helper', ''],
      [`http.${originOf(address)}.extraHeader`, ''],
      [`http.${originOf(address)}.extraHeader`, `Authorization: Basic ${credentials}`],
      // Git would send the header along to wherever the remote points.
      [`http.${originOf(address)}.followRedirects`, 'false'],
    );
  }
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return Object.fromEntries([['GIT_CONFIG_COUNT', String(settings.length)], ...entries]) as Record<string, string>;
}

/** The refs of the remote by their full names; an annotated tag's `^{}` is the commit it is of. */
export async function remoteRefs(
  context: Caller,
  directory: string,
  remote: string,
  credentials: Credentials,
  patterns: readonly string[] = [],
): Promise<Map<string, string>> {
  const address = await remoteAddress(context, directory, remote);
  const text = await gitText(context, directory, ['ls-remote', '--quiet', '--', remote, ...patterns], {
    env: remoteEnvironment(address, credentials),
    keepBytes: 32 * 1024 * 1024,
  });
  const lines = text.split('\n').filter((line) => line.includes('\t'));
  return new Map(
    lines.map((line): [string, string] => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]),
  );
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL('/', address).href : address;
}
