import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { githubClient, lookUp, parseRepository, talk } from '../github/client.ts';
import { repository, writeToken } from '../github/settings.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  repository,
  token: writeToken('contents: write'),
  branch: z.string().min(1).meta({ description: 'The name of the new branch.' }),
  from: z.string().min(1).meta({ description: 'The branch, tag or commit that it begins at.' }),
});
type Input = z.infer<typeof input>;

const output = z.object({ branch: z.string(), commit: z.string(), already: z.boolean() });

/** A branch that is there at the same commit is the one that was wanted; at another commit it is somebody else's. */
export const githubCreateBranch = defineAction<Input, z.infer<typeof output>>({
  name: 'github.create_branch',
  summary: 'Creates a branch on GitHub.',
  effect: 'write',
  input,
  output,
  async run(settings, context) {
    const client = githubClient(context, settings.token);
    const commit = await commitOf(settings, context);
    const there = await branchOf(settings, context);
    if (there === commit) return { branch: settings.branch, commit, already: true };
    if (there !== undefined) {
      throw fail(
        'conflict',
        'github.branch_exists',
        `The branch ${settings.branch} exists already, at ${there.slice(0, 7)}. Choose another name, or remove it first.`,
      );
    }
    await talk(context, () =>
      client.rest.git.createRef({
        ...parseRepository(settings.repository),
        ref: `refs/heads/${settings.branch}`,
        sha: commit,
      }),
    );
    return { branch: settings.branch, commit, already: false };
  },
  async verify(settings, context) {
    try {
      const there = await branchOf(settings, context);
      if (there === undefined) return { is: 'not-done' };
      return { is: 'done', result: { branch: settings.branch, commit: there, already: true } };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },
});

async function commitOf({ repository: name, token, from }: Input, context: ActionContext): Promise<string> {
  const client = githubClient(context, token);
  const found = await talk(context, () => client.rest.repos.getCommit({ ...parseRepository(name), ref: from }));
  return found.data.sha;
}

async function branchOf({ repository: name, token, branch }: Input, context: ActionContext) {
  const client = githubClient(context, token);
  const ref = await lookUp(context, () => client.rest.git.getRef({ ...parseRepository(name), ref: `heads/${branch}` }));
  return ref?.object.sha;
}
