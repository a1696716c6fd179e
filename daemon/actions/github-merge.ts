import { z } from 'zod';
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
    const { data } = await talk(context, () =>
      client.rest.pulls.merge({
        ...parseRepository(name),
        pull_number: number,
        sha: commit,
        merge_method: method,
        ...(title === undefined ? {} : { commit_title: title }),
      }),
    );
    return { merged: data.merged, commit: data.sha, already: false };
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
