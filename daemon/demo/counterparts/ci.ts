import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BareRepository } from './bare-repository.ts';

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
  const children = new Set<ChildProcess>();
  let last: Promise<void> = Promise.resolve();
  let stopped = false;

  const notify = (sha: string): Promise<void> => {
    const before = last;
    const done = known.get(sha) ?? before.then(() => (stopped ? undefined : test(options, sha, children)));
    if (!known.has(sha)) last = done.catch(() => undefined);
    known.set(sha, done);
    return done;
  };

  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    for (const sha of await repository.heads()) notify(sha).catch(reportTrouble);
  };
  const timer = setInterval(() => {
    looking = looking.then(() => (stopped ? undefined : look())).catch(reportTrouble);
  }, every);
  timer.unref();

  return {
    notify,
    async stop() {
      stopped = true;
      clearInterval(timer);
      for (const child of children) endTree(child);
      await looking;
      await last;
    },
  };
}

async function test(options: CiOptions, sha: string, children: Set<ChildProcess>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-ci-'));
  try {
    const { id } = await report(options, 'POST', '/check-runs', {
      name: options.name ?? 'ci',
      head_sha: sha,
      status: 'in_progress',
      started_at: new Date().toISOString(),
    });
    const steps = [
      ['git', 'clone', '--quiet', '--no-checkout', options.repository.path, folder],
      ['git', '-C', folder, 'checkout', '--quiet', '--detach', sha],
      options.command,
    ];
    let outcome = { code: 0, text: '' };
    for (const argv of steps) {
      if (outcome.code === 0) outcome = await runIn(folder, argv, children);
    }
    await report(options, 'PATCH', `/check-runs/${id}`, {
      status: 'completed',
      conclusion: outcome.code === 0 ? 'success' : 'failure',
      completed_at: new Date().toISOString(),
      output: { title: options.command.join(' '), summary: outcome.text.slice(-2000) || 'No output.' },
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function runIn(
  folder: string,
  argv: readonly string[],
  children: Set<ChildProcess>,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      env: cleanEnvironment(),
    });
    children.add(child);
    let text = '';
    const keep = (chunk: Buffer) => (text = (text + chunk.toString()).slice(-64_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code: code ?? 1, text });
    });
  });
}

/** What programs need to be found and to run; nothing else of ours. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'APPDATA', 'PATHEXT', 'ComSpec'];
  return { CI: 'true', ...Object.fromEntries(names.map((name) => [name, process.env[name]])) };
}

function endTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
  else {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      // It ended by itself in this very moment.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
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
