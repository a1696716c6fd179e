import type { BareRepository } from './bare-repository.ts';
import { runJob } from './job.ts';

export interface CiOptions {
  repository: BareRepository;
  /** The repository in the API: `http://…/repos/<owner>/<repo>`. */
  api: string;
  token: string;
  /** What tests a commit: a program and its arguments, run in a clean checkout. */
  command: readonly string[];
  /** The name of the check run. */
  name?: string;
  /** How often the branches are looked at, in milliseconds. */
  every?: number;
}

export interface Ci {
  /** Tests this commit now, unless it was or is being tested. Resolves when its check run is reported. */
  notify(sha: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A small continuous integration: every commit that arrives at a branch is checked out in a folder of its own, tested,
 * and its check run is reported. One commit after the other. Commits that are there already at the start are left alone.
 */
export async function startCi(options: CiOptions): Promise<Ci> {
  const { repository, every = 250 } = options;
  const known = new Map<string, Promise<void>>((await repository.heads()).map((sha) => [sha, Promise.resolve()]));
  const stopping = new AbortController();
  let last: Promise<void> = Promise.resolve();

  const notify = (sha: string): Promise<void> => {
    const before = last;
    const done =
      known.get(sha) ?? before.then(() => (stopping.signal.aborted ? undefined : test(options, sha, stopping.signal)));
    if (!known.has(sha)) last = done.catch(() => undefined);
    known.set(sha, done);
    return done;
  };

  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    for (const sha of await repository.heads()) notify(sha).catch(reportTrouble);
  };
  const timer = setInterval(() => {
    looking = looking.then(() => (stopping.signal.aborted ? undefined : look())).catch(reportTrouble);
  }, every);
  timer.unref();

  return {
    notify,
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await looking;
      await last;
    },
  };
}

async function test(options: CiOptions, sha: string, signal: AbortSignal): Promise<void> {
  const { id } = await report(options, 'POST', '/check-runs', {
    name: options.name ?? 'ci',
    head_sha: sha,
    status: 'in_progress',
    started_at: new Date().toISOString(),
  });
  const outcome = await runJob(options.repository.path, sha, options.command, signal);
  await report(options, 'PATCH', `/check-runs/${id}`, {
    status: 'completed',
    conclusion: outcome.code === 0 ? 'success' : 'failure',
    completed_at: new Date().toISOString(),
    output: { title: options.command.join(' '), summary: outcome.text.slice(-2000) || 'No output.' },
  });
}

async function report(options: CiOptions, method: string, path: string, body: unknown): Promise<{ id: number }> {
  const answer = await fetch(options.api + path, {
    method,
    headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The check run was not taken: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { id: number };
}

function reportTrouble(error: unknown): void {
  console.error(`The local CI could not test a commit: ${error instanceof Error ? error.message : String(error)}`);
}
