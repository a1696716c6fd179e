import type { BareRepository } from './bare-repository.ts';
import { notFound, type ApiRoute } from './github-route.ts';
import { runJob } from './job.ts';

/** By file name (`publish.yml`), the program that stands for the workflow's one job. */
export type WorkflowJobs = Readonly<Record<string, readonly string[]>>;

interface WorkflowRun {
  id: number;
  path: string;
  event: 'workflow_dispatch';
  head_branch: string;
  head_sha: string;
  status: 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | null;
  created_at: string;
  html_url: string;
}

/** GitHub Actions as far as a release needs it: dispatch, the runs of a workflow, one run's jobs. Each job really runs. */
export function workflowRoutes(
  publicUrl: string,
  repository: BareRepository,
  jobs: WorkflowJobs,
): { routes: ApiRoute[]; stop(): Promise<void> } {
  const runs: WorkflowRun[] = [];
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();

  const begin = (owner: string, repo: string, file: string, ref: string, sha: string): void => {
    const id = runs.length + 1;
    const run: WorkflowRun = {
      id,
      path: `.github/workflows/${file}`,
      event: 'workflow_dispatch',
      head_branch: ref.replace(/^refs\/(?:heads|tags)\//, ''),
      head_sha: sha,
      status: 'in_progress',
      conclusion: null,
      created_at: new Date().toISOString(),
      html_url: `${publicUrl}/${owner}/${repo}/actions/runs/${id}`,
    };
    runs.unshift(run);
    const work = runJob(repository.path, sha, jobs[file]!, stopping.signal)
      .then(({ code }) => void Object.assign(run, { conclusion: code === 0 ? 'success' : 'failure' }))
      .catch(() => void Object.assign(run, { conclusion: 'failure' }))
      .then(() => void Object.assign(run, { status: 'completed' }))
      .finally(() => working.delete(work));
    working.add(work);
  };

  const routes: ApiRoute[] = [
    {
      method: 'POST',
      pattern: /^\/repos\/([^/]+)\/([^/]+)\/actions\/workflows\/([^/]+)\/dispatches$/,
      async answer([owner, repo, file], request) {
        if (!jobs[file!] || stopping.signal.aborted) return notFound();
        const ref = String(request.json()['ref']);
        const found = await repository.resolve(`${ref}^{commit}`);
        if (!found) return { status: 422, body: { message: `No ref found for: ${ref}` } };
        begin(owner!, repo!, file!, ref, found.sha);
        return { status: 204, body: new Uint8Array() };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/actions\/workflows\/([^/]+)\/runs$/,
      async answer([file], request) {
        if (!jobs[file!]) return notFound();
        const [event, branch] = [request.query.get('event'), request.query.get('branch')];
        const workflow_runs = runs.filter(
          (run) =>
            run.path.endsWith(`/${file}`) &&
            (event === null || run.event === event) &&
            (branch === null || run.head_branch === branch),
        );
        return { status: 200, body: { total_count: workflow_runs.length, workflow_runs } };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/actions\/runs\/(\d+)\/jobs$/,
      async answer([id]) {
        const run = runs.find((one) => one.id === Number(id));
        if (!run) return notFound();
        const { status, conclusion, html_url } = run;
        const job = { id: run.id, run_id: run.id, name: 'job', status, conclusion, html_url };
        return { status: 200, body: { total_count: 1, jobs: [job] } };
      },
    },
  ];
  return {
    routes,
    async stop() {
      stopping.abort();
      await Promise.all(working);
    },
  };
}
