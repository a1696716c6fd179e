import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { commitOf, git, gitText } from '../git/command.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  commit: z.string().min(1),
  own: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether this run made it, as git.commit says; nothing is done where it did not.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  commit: z.string().meta({ description: 'The one that is checked out now.' }),
  taken_back: z
    .boolean()
    .meta({ description: 'False where it is not this run’s, is at a remote, or is gone already.' }),
});

/**
 * The way back from git.commit, as long as nobody else has the commit: the branch is where it was, and the files stay as they
 * are. Throws `git.committed_since` where somebody has committed on top of it.
 */
export const gitUncommit = defineAction<Input, z.infer<typeof output>>({
  name: 'git.uncommit',
  summary: 'Takes back the last commit where this run made it and no remote has it; the files stay as they are.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run(settings, context) {
    const { directory, commit } = settings;
    const standing = await look(settings, context);
    if (standing.is === 'stays') return { commit: standing.head, taken_back: false };
    if (standing.is === 'beneath') throw committedSince(directory, commit, standing.head);
    await git(context, directory, ['reset', '--quiet', '--mixed', `${commit}^`]);
    return { commit: (await commitOf(context, directory, 'HEAD')) ?? '', taken_back: true };
  },

  async verify(settings, context) {
    const { is, head } = await look(settings, context);
    return is === 'stays' ? { is: 'done', result: { commit: head, taken_back: false } } : { is: 'not-done' };
  },

  async preview(settings, context) {
    const { is, head } = await look(settings, context);
    return { commit: head, taken_back: is === 'last' };
  },
});

/** `last`: it can be taken back; `beneath`: another one stands on it; `stays`: there is nothing to take back. */
async function look(
  { directory, commit, own }: Input,
  context: ActionContext,
): Promise<{ is: 'last' | 'beneath' | 'stays'; head: string }> {
  const head = (await commitOf(context, directory, 'HEAD')) ?? '';
  const found = own ? await commitOf(context, directory, commit) : undefined;
  if (found === undefined || head === '') return { is: 'stays', head };
  const { exitCode } = await git(context, directory, ['merge-base', '--is-ancestor', found, head], { answers: [1] });
  if (exitCode !== 0) return { is: 'stays', head };
  if ((await gitText(context, directory, ['branch', '--remotes', '--contains', found])) !== '')
    return { is: 'stays', head };
  return { is: found === head ? 'last' : 'beneath', head };
}

function committedSince(directory: string, commit: string, head: string): Error {
  const [one, other] = [commit, head].map((hash) => hash.slice(0, 10));
  return fail(
    'conflict',
    'git.committed_since',
    `The commit ${one} in ${directory} is not the last one any more: ${other} stands on it, so it stays. ` +
      `Where it is not wanted, put what came after on what was before: git rebase --onto ${one}^ ${one}`,
    { data: { commit, head } },
  );
}
