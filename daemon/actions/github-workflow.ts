import { z } from 'zod';
import { fail, toFailure } from '../../shared/failure.ts';
import { githubClient, parseRepository, talk, type GithubClient } from '../github/client.ts';
import { defineAction, type ActionContext } from './action.ts';

const repository = z.string().meta({ description: 'owner/name, or an address of the repository.' });
const workflow = z.string().min(1).meta({ description: 'The file name of the workflow, such as publish.yml.' });

/** Clocks of two machines may differ by so much, in milliseconds. */
const CLOCK_SKEW_MS = 120_000;

const state = z.enum(['success', 'failure', 'pending']);

const where = {
  repository,
  workflow,
  ref: z.string().min(1).meta({ description: 'The branch or tag it runs on.' }),
};

const dispatchInput = z.strictObject({
  ...where,
  token: z.string().min(1).meta({ description: 'A token that may write actions.' }),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
const dispatchOutput = z.object({
  workflow: z.string(),
  ref: z.string(),
  already: z.boolean().meta({ description: 'An earlier try of this step had started it.' }),
});

/** Starts a workflow that has a `workflow_dispatch` trigger. GitHub answers before the run is there: look with `github.workflow_run`. */
export const githubDispatchWorkflow = defineAction<z.infer<typeof dispatchInput>, z.infer<typeof dispatchOutput>>({
  name: 'github.dispatch_workflow',
  summary: 'Starts a workflow of GitHub Actions.',
  effect: 'write',
  input: dispatchInput,
  output: dispatchOutput,
  settleMs: 30_000,

  async run(input, context) {
    const client = githubClient(context, input.token);
    const started = talk(context, () =>
      client.rest.actions.createWorkflowDispatch({
        ...parseRepository(input.repository),
        workflow_id: input.workflow,
        ref: input.ref,
        inputs: Object.fromEntries(Object.entries(input.inputs).map(([name, value]) => [name, String(value)])),
      }),
    );
    await known(input, started);
    return { workflow: input.workflow, ref: input.ref, already: false };
  },

  async verify(input, context) {
    const { workflow: file, ref } = input;
    try {
      const [found, ...more] = await dispatched(githubClient(context, input.token), input, context);
      if (!found) return { is: 'not-done' };
      if (more.length === 0) return { is: 'done', result: { workflow: file, ref, already: true } };
      return {
        is: 'unsure',
        why: `${more.length + 1} runs of ${file} on ${ref} began since; one of them may be ours.`,
      };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },
});

const lookInput = z.strictObject({
  ...where,
  token: z.string().optional().meta({ description: 'For a repository that not everybody may see.' }),
});
const lookOutput = z.object({
  found: z.boolean().meta({ description: 'GitHub takes a moment to show a run that was asked for.' }),
  state: state.meta({ description: 'pending until the run has ended.' }),
  said: z.string().meta({ description: 'What GitHub calls it: queued, in_progress, success, cancelled …' }),
  url: z.string().nullable(),
  failed: z.array(z.string()).meta({ description: 'The jobs that did not end well.' }),
});

export const githubWorkflowRun = defineAction<z.infer<typeof lookInput>, z.infer<typeof lookOutput>>({
  name: 'github.workflow_run',
  summary: 'Reads how the run of a dispatched workflow of GitHub Actions is doing, and which of its jobs failed.',
  effect: 'read',
  input: lookInput,
  output: lookOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const [run] = await dispatched(client, input, context);
    if (!run) return { found: false, state: 'pending', said: 'not there yet', url: null, failed: [] };
    const { owner, repo } = parseRepository(input.repository);
    const jobs = await talk(context, () =>
      client.paginate(client.rest.actions.listJobsForWorkflowRun, { owner, repo, run_id: run.id, per_page: 100 }),
    );
    const failed = jobs.filter(({ status, conclusion }) => stateOf(status, conclusion) === 'failure');
    return {
      found: true,
      state: stateOf(run.status, run.conclusion),
      said: run.conclusion ?? run.status ?? 'queued',
      url: run.html_url,
      failed: failed.map(({ name }) => name),
    };
  },
});

/** The runs of a workflow on a ref that were dispatched since our run began, the newest first. */
async function dispatched(client: GithubClient, input: z.infer<typeof lookInput>, context: ActionContext) {
  const asked = talk(context, () =>
    client.rest.actions.listWorkflowRuns({
      ...parseRepository(input.repository),
      workflow_id: input.workflow,
      event: 'workflow_dispatch',
      branch: input.ref.replace(/^refs\/(?:heads|tags)\//, ''),
      per_page: 100,
    }),
  );
  const { data } = await known(input, asked);
  const since = context.run.startedAt - CLOCK_SKEW_MS;
  return data.workflow_runs.filter((run) => Date.parse(run.created_at) >= since);
}

/** The answer. GitHub's 404 says nothing of which name it does not know: here it is the workflow's. */
async function known<T>(
  { repository: name, workflow: file }: z.infer<typeof lookInput>,
  answer: Promise<T>,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (toFailure(error).code !== 'github.not_found') throw error;
    const remedy =
      'It must be a file in .github/workflows of the default branch, and the token must be allowed to see it.';
    throw fail('not-found', 'github.no_workflow', `${name} has no workflow “${file}” for GitHub Actions. ${remedy}`);
  }
}

function stateOf(status: string | null, conclusion: string | null): z.infer<typeof state> {
  if (status !== 'completed') return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion ?? '') ? 'success' : 'failure';
}
