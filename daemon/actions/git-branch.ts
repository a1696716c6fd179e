import { z } from 'zod';
import { commitOf, git, gitText } from '../git/command.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  name: z.string().regex(/^(?!-)[^\s~^:?*[\\]+$/, 'is no name of a branch'),
  from: z
    .string()
    .optional()
    .meta({ description: 'Where a new branch begins; by default the commit that is checked out.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  branch: z.string(),
  commit: z.string(),
  previous: z.string().meta({ description: 'The branch that was checked out before; empty when none was.' }),
  created: z.boolean(),
});

/** Switches to a branch and makes it first when there is none. Never throws away anything in the work tree. */
export const gitBranch = defineAction<Input, z.infer<typeof output>>({
  name: 'git.branch',
  summary: 'Switches to a branch, and makes it first when it does not exist.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run({ directory, name, from }, context) {
    const previous = await current(directory, context);
    const exists = (await commitOf(context, directory, `refs/heads/${name}`)) !== undefined;
    if (exists) {
      if (previous !== name) await git(context, directory, ['switch', '--no-guess', name]);
    } else {
      await git(context, directory, ['switch', '--no-track', '--create', name, ...(from === undefined ? [] : [from])]);
    }
    return { branch: name, commit: await headOf(directory, context), previous, created: !exists };
  },

  async verify({ directory, name }, context) {
    if ((await current(directory, context)) !== name) return { is: 'not-done' };
    const commit = await headOf(directory, context);
    return { is: 'done', result: { branch: name, commit, previous: '', created: false } };
  },

  async preview({ directory, name, from }, context) {
    const commit =
      (await commitOf(context, directory, name)) ?? (await commitOf(context, directory, from ?? 'HEAD')) ?? '';
    const exists = (await commitOf(context, directory, `refs/heads/${name}`)) !== undefined;
    return { branch: name, commit, previous: await current(directory, context), created: !exists };
  },
});

async function current(directory: string, context: ActionContext): Promise<string> {
  return gitText(context, directory, ['branch', '--show-current']);
}

async function headOf(directory: string, context: ActionContext): Promise<string> {
  return (await commitOf(context, directory, 'HEAD')) ?? '';
}
