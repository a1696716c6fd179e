import { z } from 'zod';
import { fail, type StagebookError } from '../../shared/failure.ts';
import { commitOf, git, gitText } from '../git/command.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  name: z.string().regex(/^(?!-)[^\s~^:?*[\\]+$/, 'is no name of a branch'),
  from: z.string().optional().meta({
    description:
      'Where the work begins: a new branch is made there, by default at the commit that is checked out; one that is there already must hold it.',
  }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  branch: z.string(),
  commit: z.string(),
  previous: z.string().meta({ description: 'The branch that was checked out before; empty when none was.' }),
  created: z.boolean(),
  ahead: z.int().meta({ description: 'Commits that it held already beyond where the work begins.' }),
});
type Output = z.infer<typeof output>;

/**
 * Switches to a branch and makes it first when there is none. Never throws away anything in the work tree. Told where the work
 * begins, it goes on with a branch that is there already only where that is meant: it holds that place, this run made it, or a
 * person has checked it out. Work on any other would stand on what is out of date.
 */
export const gitBranch = defineAction<Input, Output>({
  name: 'git.branch',
  summary: 'Switches to a branch, and makes it first when it does not exist.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run(settings, context) {
    const { directory, name, from } = settings;
    const standing = await look(settings, context);
    if (standing.is === 'absent') {
      await git(context, directory, ['switch', '--no-track', '--create', name, ...(from === undefined ? [] : [from])]);
      await git(context, directory, ['config', ownerOf(name), context.run.id]);
    } else if (standing.is === 'behind') {
      // It has nothing that is not there too, so that nothing is lost.
      await git(context, directory, ['switch', '--no-track', '--force-create', name, standing.begin]);
    } else if (standing.previous !== name) {
      await git(context, directory, ['switch', '--no-guess', name]);
    }
    const { previous, ahead } = standing;
    if (ahead > 0)
      context.log(`${name} was there already, with ${commits(ahead)} of its own. The work goes on with it.`);
    return {
      branch: name,
      commit: await headOf(directory, context),
      previous,
      created: standing.is === 'absent',
      ahead,
    };
  },

  async verify(settings, context) {
    const { directory, name } = settings;
    if ((await current(directory, context)) !== name) return { is: 'not-done' };
    const { ahead } = await look(settings, context);
    return {
      is: 'done',
      result: { branch: name, commit: await headOf(directory, context), previous: '', created: false, ahead },
    };
  },

  async preview(settings, context) {
    const { is, begin, commit, previous, ahead } = await look(settings, context);
    const then = is === 'absent' || is === 'behind' ? begin : commit;
    return { branch: settings.name, commit: then, previous, created: is === 'absent', ahead };
  },
});

interface Standing {
  /** Whether there is such a branch, and whether it has fallen behind without a commit of its own. */
  is: 'absent' | 'behind' | 'there';
  /** The branch's commit, and the one where the work begins; empty where there is none. */
  commit: string;
  begin: string;
  previous: string;
  ahead: number;
}

/** How the branch stands to where the work begins. Throws `git.branch_elsewhere` when it is not to be gone on with. */
async function look({ directory, name, from }: Input, context: ActionContext): Promise<Standing> {
  const previous = await current(directory, context);
  const begin = (await commitOf(context, directory, from ?? 'HEAD')) ?? '';
  const commit = await commitOf(context, directory, `refs/heads/${name}`);
  if (commit === undefined) return { is: 'absent', commit: '', begin, previous, ahead: 0 };
  if (from === undefined || begin === '') return { is: 'there', commit, begin, previous, ahead: 0 };
  const [ahead, missing] = await apart(begin, commit, directory, context);
  const meant = missing === 0 || previous === name || (await isOwn(name, directory, context));
  if (ahead === 0 && missing > 0 && previous !== name) return { is: 'behind', commit, begin, previous, ahead };
  if (!meant) throw await elsewhere({ directory, name, from }, { commit, ahead, missing }, context);
  return { is: 'there', commit, begin, previous, ahead };
}

/** How many commits the branch has beyond the beginning, and how many of those that lead there it lacks. */
async function apart(
  begin: string,
  commit: string,
  directory: string,
  context: ActionContext,
): Promise<[number, number]> {
  const counts = await gitText(context, directory, ['rev-list', '--left-right', '--count', `${commit}...${begin}`]);
  const [ahead = 0, missing = 0] = counts.split('\t').map(Number);
  return [ahead, missing];
}

/** Git forgets it together with the branch. */
const ownerOf = (name: string): string => `branch.${name}.stagebook-run`;

/** Whether this run made the branch: begun again it goes on with what it has there, wherever its base is by now. */
async function isOwn(name: string, directory: string, context: ActionContext): Promise<boolean> {
  return (await gitText(context, directory, ['config', '--get', ownerOf(name)], { answers: [1] })) === context.run.id;
}

async function elsewhere(
  { directory, name, from }: Input & { from: string },
  { commit, ahead, missing }: { commit: string; ahead: number; missing: number },
  context: ActionContext,
): Promise<StagebookError> {
  const last = await gitText(context, directory, ['log', '-1', '--format=“%s” of %cs', commit]);
  return fail(
    'conflict',
    'git.branch_elsewhere',
    `There is a branch ${name} in ${directory} already, and it does not hold all of ${from}: it lacks ${commits(missing)}, and has ` +
      `${commits(ahead)} of its own, the last ${last}. To begin anew, put it aside: git branch -m ${name} ${name}-old. ` +
      `To go on with it, put it on top: git rebase ${from} ${name}, or leave it as it is: git switch ${name}. Then go on where it stopped.`,
  );
}

function commits(count: number): string {
  return count === 1 ? 'one commit' : `${count} commits`;
}

async function current(directory: string, context: ActionContext): Promise<string> {
  return gitText(context, directory, ['branch', '--show-current']);
}

async function headOf(directory: string, context: ActionContext): Promise<string> {
  return (await commitOf(context, directory, 'HEAD')) ?? '';
}
