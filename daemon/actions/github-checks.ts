import { z } from 'zod';
import { githubClient, parseRepository, talk } from '../github/client.ts';
import { defineAction } from './action.ts';

const state = z.enum(['success', 'failure', 'pending']);
type State = z.infer<typeof state>;

const input = z.strictObject({
  repository: z.string().meta({ description: 'owner/name, or an address of the repository.' }),
  ref: z.string().min(1).meta({ description: 'The commit; a branch or tag is taken as it stands now.' }),
  token: z.string().optional().meta({ description: 'For a repository that not everybody may see.' }),
  required: z.array(z.string()).default([]).meta({ description: 'Checks without which it is not over.' }),
});

const output = z.object({
  state: state.meta({ description: 'pending until something has reported, and while anything is unfinished.' }),
  total: z.number(),
  failed: z.array(z.string()),
  pending: z.array(z.string()),
  checks: z.array(z.object({ name: z.string(), state, said: z.string(), url: z.string().nullable() })),
});

/** What CI says of a commit: its check runs and its commit statuses together, as a pull request shows them. */
export const githubChecks = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'github.checks',
  summary: 'Reads what CI says of a commit on GitHub: its check runs and statuses.',
  effect: 'read',
  input,
  output,
  async run({ repository, ref, token, required }, context) {
    const client = githubClient(context, token);
    const commit = { ...parseRepository(repository), ref };
    const [runs, combined] = await talk(context, () =>
      Promise.all([
        client.paginate(client.rest.checks.listForRef, { ...commit, per_page: 100 }),
        client.rest.repos.getCombinedStatusForRef({ ...commit, per_page: 100 }),
      ]),
    );
    const checks = [
      ...runs.map((run) => ({
        name: run.name,
        state: stateOfRun(run.status, run.conclusion),
        said: run.output.title ?? run.conclusion ?? run.status,
        url: run.details_url ?? run.html_url,
      })),
      ...combined.data.statuses.map((status) => ({
        name: status.context,
        state: stateOfStatus(status.state),
        said: status.description ?? status.state,
        url: status.target_url,
      })),
    ];
    const named = (wanted: State) => checks.filter((check) => check.state === wanted).map(({ name }) => name);
    const absent = required.filter((name) => !checks.some((check) => check.name === name));
    const failed = named('failure');
    const pending = [...named('pending'), ...absent];
    const over = checks.length > 0 && pending.length === 0;
    return {
      state: failed.length ? 'failure' : over ? 'success' : 'pending',
      total: checks.length,
      failed,
      pending,
      checks,
    };
  },
});

/** GitHub's rule for merging: neutral and skipped do not stand in the way, everything else that is over does. */
function stateOfRun(status: string, conclusion: string | null): State {
  if (status !== 'completed') return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion ?? '') ? 'success' : 'failure';
}

function stateOfStatus(status: string): State {
  if (status === 'pending') return 'pending';
  return status === 'success' ? 'success' : 'failure';
}
