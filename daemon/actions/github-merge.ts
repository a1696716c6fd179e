import { z } from 'zod';
import { fail, toFailure } from '../../shared/failure.ts';
import { githubClient, parseRepository, talk } from '../github/client.ts';
import { pullNumber, repository, writeToken } from '../github/settings.ts';
import { verdict } from '../github/verdict.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  repository,
  token: writeToken('contents: write'),
  number: pullNumber,
  commit: z.string().min(1).meta({ description: 'The head that was reviewed and tested: another one is not merged.' }),
  method: z.enum(['merge', 'squash', 'rebase']).default('squash'),
  title: z.string().optional().meta({ description: 'The first line of the commit; GitHub’s own when left out.' }),
});
const output = z.object({ merged: z.boolean(), commit: z.string(), already: z.boolean() });

/** What stands in the way, with the remedy, by what GitHub said and by how the pull request stands; undefined for all else. */
function obstacle(
  said: string,
  { state, mergeable, base }: { state: string; mergeable: boolean | null; base: { ref: string } },
): string | undefined {
  if (state === 'closed') return 'somebody has closed it. Reopen it on GitHub, then go on where it stopped.';
  if (mergeable !== false && !/not mergeable/i.test(said)) return undefined;
  return (
    `it is not mergeable, for it conflicts with what ${base.ref} is by now. Merge ${base.ref} into its branch, ` +
    'then repeat from the stage that commits and pushes, so that it is tried and reviewed again.'
  );
}

/** Merges exactly the commit that it names: pushed to since, the pull request is refused by GitHub (409). */
export const githubMergePullRequest = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'github.merge_pull_request',
  summary: 'Merges a pull request on GitHub.',
  effect: 'irreversible',
  input,
  output,
  settleMs: 15_000,
  async run({ repository: name, token, number, commit, method, title }, context) {
    const client = githubClient(context, token);
    const pull = { ...parseRepository(name), pull_number: number };
    const asked = { sha: commit, merge_method: method, ...(title === undefined ? {} : { commit_title: title }) };
    try {
      const { data } = await talk(context, () => client.rest.pulls.merge({ ...pull, ...asked }));
      return { merged: data.merged, commit: data.sha, already: false };
    } catch (error) {
      if (toFailure(error).unanswered) throw error;
      const stands = await talk(context, () => client.rest.pulls.get(pull)).catch(() => undefined);
      if (!stands) throw error;
      const { merged, head, merge_commit_sha: sha, html_url: url } = stands.data;
      // Somebody was faster, with the same commit.
      if (merged && head.sha === commit) return { merged, commit: sha ?? '', already: true };
      const why = obstacle(toFailure(error).message, stands.data);
      if (why === undefined) throw error;
      throw fail('conflict', 'github.not_mergeable', `GitHub does not merge #${number} (${url}): ${why}`);
    }
  },
  async verify({ repository: name, token, number, commit }, context) {
    return verdict(async () => {
      const client = githubClient(context, token);
      const { data } = await client.rest.pulls.get({ ...parseRepository(name), pull_number: number });
      if (!data.merged || data.head.sha !== commit) return undefined;
      return { merged: true, commit: data.merge_commit_sha ?? '', already: true };
    }, context);
  },
});
