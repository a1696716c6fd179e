import { z } from 'zod';
import { fail, toFailure } from '../../shared/failure.ts';
import { commitOf, git, gitText } from '../git/command.ts';
import { remoteAddress, remoteEnvironment, remoteRefs } from '../git/remote.ts';
import { defineAction, type ActionContext, type Verdict } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  remote: z.string().default('origin').meta({ description: 'The name of a remote, or an address.' }),
  refs: z
    .array(z.string().regex(/^(?![-+])[^\s~^?*[\\]+$/, 'is no name of a branch or tag'))
    .min(1)
    .meta({ description: 'Branches and tags by name, or as here:there (HEAD:refs/heads/next). Never by force.' }),
  atomic: z.boolean().default(true).meta({ description: 'All of them or none.' }),
  token: z.string().optional().meta({ description: 'For http(s); sent to the remote’s own address only.' }),
  user: z.string().optional().meta({ description: 'The user name that goes with the token.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  remote: z.string(),
  address: z.string().meta({ description: 'Without any credentials.' }),
  refs: z.array(z.object({ ref: z.string(), commit: z.string() })),
});
type Output = z.infer<typeof output>;

/** One ref to push: its object here and its full name there. */
interface Wanted {
  ref: string;
  object: string;
  commit: string;
}

/** Pushes the named refs, all or none, never by force. */
export const gitPush = defineAction<Input, Output>({
  name: 'git.push',
  summary: 'Pushes the named branches and tags to the remote, all of them or none, never by force.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], hosts: ['remote'], programs: ['git'] },

  async run(settings, context) {
    const { directory, remote, atomic, token, user } = settings;
    const wanted = await wantedRefs(settings, context);
    const address = await remoteAddress(context, directory, remote);
    const specs = wanted.map(({ ref, object }) => `${object}:${ref}`);
    // `push.followTags` would take other tags along.
    const args = ['push', '--porcelain', '--no-follow-tags', ...(atomic ? ['--atomic'] : []), '--', remote, ...specs];
    try {
      await git(context, directory, args, { env: remoteEnvironment(address, { token, user }), live: true });
    } catch (error) {
      // Git sends again by itself when the connection breaks, and is then refused for what its first try has done.
      if (toFailure(error).unanswered) throw error;
      const standing = await compare(settings, wanted, context).catch(() => undefined);
      if (standing?.is !== 'done') throw error;
    }
    return outcome(remote, address, wanted);
  },

  async verify(settings, context): Promise<Verdict<Output>> {
    const wanted = await wantedRefs(settings, context);
    try {
      return await compare(settings, wanted, context);
    } catch (error) {
      return { is: 'unsure', why: toFailure(error).message };
    }
  },

  async preview(settings, context) {
    const address = await remoteAddress(context, settings.directory, settings.remote);
    return outcome(settings.remote, address, await wantedRefs(settings, context));
  },
});

/** Whether the remote has what was to be pushed. Throws when it cannot be asked. */
async function compare(settings: Input, wanted: readonly Wanted[], context: ActionContext): Promise<Verdict<Output>> {
  const { directory, remote, token, user } = settings;
  const address = await remoteAddress(context, directory, remote);
  const there = await remoteRefs(context, directory, remote, { token, user });
  for (const { ref, object, commit } of wanted) {
    const standing = there.get(ref);
    if (standing === object) continue;
    if (standing === undefined || ref.startsWith('refs/tags/')) return { is: 'not-done' };
    const since = await onTop(standing, commit, directory, context);
    if (since === 'unknown')
      return { is: 'unsure', why: `${ref} at the remote is at ${standing}, which is not known here.` };
    if (since === 'no') return { is: 'not-done' };
  }
  return { is: 'done', result: outcome(remote, address, wanted) };
}

async function wantedRefs({ directory, refs }: Input, context: ActionContext): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const spec of refs) {
    const [here = '', there] = spec.split(':', 2);
    const full = await gitText(context, directory, ['rev-parse', '--symbolic-full-name', '--verify', '--quiet', here], {
      answers: [1, 128],
    });
    const object = await gitText(context, directory, ['rev-parse', '--verify', '--quiet', here], { answers: [1, 128] });
    const ref = there === undefined ? full : there.startsWith('refs/') ? there : `refs/heads/${there}`;
    const commit = object === '' ? undefined : await commitOf(context, directory, object);
    if (commit === undefined || !ref.startsWith('refs/')) {
      await gitText(context, directory, ['rev-parse', '--git-dir']);
      throw fail('not-found', 'git.unknown_name', `There is no branch or tag "${here}" in ${directory} to push.`);
    }
    wanted.push({ ref, object, commit });
  }
  return wanted;
}

/** Whether what stands at the remote was put on top of what was to be pushed. */
async function onTop(
  standing: string,
  commit: string,
  directory: string,
  context: ActionContext,
): Promise<'yes' | 'no' | 'unknown'> {
  if ((await commitOf(context, directory, standing)) === undefined) return 'unknown';
  const { exitCode } = await git(context, directory, ['merge-base', '--is-ancestor', commit, standing], {
    answers: [1],
  });
  return exitCode === 0 ? 'yes' : 'no';
}

function outcome(remote: string, address: string, wanted: readonly Wanted[]): Output {
  return {
    remote: remote === address ? withoutCredentials(remote) : remote,
    address: withoutCredentials(address),
    refs: wanted.map(({ ref, commit }) => ({ ref, commit })),
  };
}

function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = '';
  url.password = '';
  return url.href;
}
