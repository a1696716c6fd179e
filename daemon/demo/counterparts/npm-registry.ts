import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFaults, type Faults } from './faults.ts';
import { forwardTo } from './forward.ts';
import { listenOnLoopback } from './loopback.ts';

export interface NpmRegistry {
  /** Base address, with a slash at the end as npm writes it. */
  url: string;
  /** A token that may publish. */
  token: string;
  faults: Faults;
}

export interface NpmRegistries {
  production: NpmRegistry;
  /** A second, separate store for rehearsals; only with `staging: true`. */
  staging?: NpmRegistry;
  /** The process of the registry. */
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a real npm registry (verdaccio) that knows nothing but what is published to it, in a folder that goes with it.
 * Nobody sees a package of the scope `@restricted` without a token.
 */
export async function startNpmRegistry(options: { staging?: boolean } = {}): Promise<NpmRegistries> {
  const names = options.staging ? ['production', 'staging'] : ['production'];
  const root = await mkdtemp(join(tmpdir(), 'stagebook-npm-registry-'));
  for (const name of names) await mkdir(join(root, name));
  const child = fork(fileURLToPath(new URL('npm-registry-process.mjs', import.meta.url)), [root, ...names], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const closers: (() => Promise<void>)[] = [() => rm(root, { recursive: true, force: true }), () => end(child)];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const ports = await portsOf(child);
    const open = async (name: string): Promise<NpmRegistry> => {
      const { listener, faults } = withFaults(forwardTo(ports[name]!));
      const front = await listenOnLoopback(listener);
      closers.push(front.close);
      return { url: `${front.url}/`, token: await createUser(front.url), faults };
    };
    const production = await open('production');
    return { production, ...(options.staging ? { staging: await open('staging') } : {}), pid: child.pid!, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The ports that the process reports once it serves. */
function portsOf(child: ChildProcess): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)));
    child.once('message', (message) => resolve((message as { ports: Record<string, number> }).ports));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The local npm registry did not start (exit code ${code}): ${complaint}`)),
    );
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function createUser(url: string): Promise<string> {
  const answer = await fetch(`${url}/-/user/org.couchdb.user:publisher`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'publisher', password: crypto.randomUUID() }),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (!token) throw new Error(`The local npm registry made no user: it answered ${answer.status}.`);
  return token;
}
