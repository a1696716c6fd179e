import { z } from 'zod';
import type { ActionContext } from '../actions/action.ts';
import { git } from './command.ts';

type Caller = Pick<ActionContext, 'services' | 'signal' | 'log'>;

export const author = z
  .strictObject({ name: z.string().min(1), email: z.string().min(1) })
  .optional()
  .meta({ description: 'Who is named; by default whom git is configured with, else "Stagebook".' });

/** The environment that names the author and committer: the given one, else git's own configuration, else Stagebook. */
export async function identityEnvironment(
  context: Caller,
  directory: string,
  given: z.infer<typeof author>,
): Promise<Record<string, string>> {
  if (given) return environment(given.name, given.email);
  const configured = async (key: string) => {
    const { exitCode, stdout } = await git(context, directory, ['config', '--get', key], { answers: [1] });
    return exitCode === 0 ? stdout.trim() : undefined;
  };
  const [name, email] = [await configured('user.name'), await configured('user.email')];
  return name && email ? {} : environment(name ?? 'Stagebook', email ?? 'stagebook@localhost');
}

function environment(name: string, email: string): Record<string, string> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
