import type { BareRepository } from './bare-repository.ts';
import { invalid, jsonOf, notFound, type ApiRoute, type Emulated } from './github-route.ts';

interface Status {
  id: number;
  state: string;
  context: string;
  description: string | null;
  target_url: string | null;
  created_at: string;
}

/** Commit statuses and the combined status, and check runs of commits that only the bare repository knows. */
export function statusRoutes(repository: BareRepository | undefined, emulated: Emulated): ApiRoute[] {
  const statuses = new Map<string, Status[]>();
  const suites = new Map<string, number>();
  let lastId = 0;

  const commit = async (revision: string): Promise<string | undefined> => {
    const found = await repository?.resolve(`${revision}^{commit}`);
    return found?.sha ?? (/^[0-9a-f]{40}$/.test(revision) && !repository ? revision : undefined);
  };

  return [
    {
      method: 'POST',
      pattern: /^\/repos\/[^/]+\/[^/]+\/statuses\/([0-9a-f]{40})$/,
      async answer([sha], request) {
        const body = request.json();
        const { state, context = 'default', description = null, target_url = null } = body;
        if (!['error', 'failure', 'pending', 'success'].includes(String(state)))
          return invalid('Status', 'custom', 'state');
        if (!(await commit(sha!))) return { status: 422, body: { message: `No commit found for SHA: ${sha}` } };
        const created_at = new Date().toISOString();
        const status = { id: ++lastId, state, context, description, target_url, created_at } as Status;
        statuses.set(sha!, [status, ...(statuses.get(sha!) ?? [])]);
        return { status: 201, body: status };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/commits\/(.+)\/status$/,
      async answer([revision]) {
        const sha = await commit(revision!);
        if (!sha) return notFound();
        const latest = [...new Map((statuses.get(sha) ?? []).toReversed().map((one) => [one.context, one])).values()];
        return { status: 200, body: { state: combined(latest), statuses: latest, sha, total_count: latest.length } };
      },
    },
    {
      method: 'POST',
      pattern: /^\/repos\/[^/]+\/[^/]+\/check-runs$/,
      async answer(_, request) {
        const answer = await emulated(request);
        const run = jsonOf(answer);
        const suite = run['check_suite'] as { id: number } | undefined;
        if (answer.status === 201 && suite) suites.set(String(run['head_sha']), suite.id);
        return { status: answer.status, body: run };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/([^/]+)\/([^/]+)\/commits\/(.+)\/check-runs$/,
      async answer([owner, repo, revision], request) {
        const sha = await commit(revision!);
        if (!sha) return { status: 422, body: { message: `No commit found for SHA: ${revision}` } };
        const suite = suites.get(sha);
        if (suite === undefined) return { status: 200, body: { total_count: 0, check_runs: [] } };
        const answer = await emulated({
          ...request,
          path: `/repos/${owner}/${repo}/check-suites/${suite}/check-runs?${request.query.toString()}`,
        });
        return { status: answer.status, body: jsonOf(answer) };
      },
    },
  ];
}

/** GitHub's rule: a failure or error anywhere fails; nothing, or something pending, is pending. */
function combined(statuses: readonly Status[]): string {
  if (statuses.some((one) => one.state === 'failure' || one.state === 'error')) return 'failure';
  return statuses.length && statuses.every((one) => one.state === 'success') ? 'success' : 'pending';
}
