import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startKept, type KeptProcess } from '../counterparts/kept-process.ts';
import { listenOnLoopback } from '../counterparts/loopback.ts';

const run = promisify(execFile);

/** A machine that runs one release of the shop at a time, and is told by HTTP which one. */
export interface Host {
  /** Where releases are ordered: `POST /deploy?commit=`, `POST /rollback`, `GET /status`. */
  url: string;
  /** Where the shop answers. */
  service: string;
  /** Commits in the order in which they ran. */
  readonly history: readonly string[];
  stop(): Promise<void>;
}

export interface HostOptions {
  /** The bare repository that releases are fetched from. */
  remote: string;
  /** An empty folder for the releases. */
  folder: string;
  /** The release that runs at first. */
  commit: string;
  env: Readonly<Record<string, string>>;
}

const READY = /listening on (\d+)/;

/** Starts the database and the first release. Each release is a clean clone of its commit, started as its own process. */
export async function startHost({ remote, folder, commit: first, env }: HostOptions): Promise<Host> {
  const history: string[] = [];
  let rolledBack = false;
  let database: KeptProcess | undefined;
  let current: KeptProcess | undefined;
  /** The port is the shop's for good, so that Prometheus and the load find every release. */
  let port = '0';

  const start = async (commit: string): Promise<void> => {
    const release = join(folder, `${history.length}-${commit.slice(0, 8)}`);
    await run('git', ['clone', '--quiet', '--no-checkout', remote, release]);
    await run('git', ['-C', release, 'checkout', '--quiet', '--detach', commit]);
    database ??= await startKept([process.execPath, join(release, 'database.js')], { ready: READY });
    await current?.stop();
    current = undefined;
    current = await startKept([process.execPath, 'server.js'], {
      ready: READY,
      cwd: release,
      env: { PATH: process.env['PATH'], PORT: port, DATABASE_PORT: database.ready, ...env },
    });
    port = current.ready;
    history.push(commit);
  };

  let busy: Promise<unknown> = Promise.resolve();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (pathname === '/status') return answer(200, { current: current && history.at(-1), rolledBack });
    const back = pathname === '/rollback';
    // The release before the one that runs, whatever was deployed how often.
    const commit = back ? history.findLast((one) => one !== history.at(-1)) : searchParams.get('commit');
    if (!commit) return answer(409, { error: back ? 'there is nothing to go back to' : 'which commit?' });
    try {
      await start(commit);
      rolledBack = back;
      answer(200, { current: commit });
    } catch (error) {
      answer(500, { error: (error as Error).message });
    }
  };
  await mkdir(folder, { recursive: true });
  await start(first);
  const listening = await listenOnLoopback((request, response) => {
    // One release at a time.
    busy = busy.then(() => serve(request, response));
  });
  return {
    url: listening.url,
    service: `127.0.0.1:${port}`,
    history,
    async stop() {
      await listening.close();
      await busy;
      await current?.stop();
      await database?.stop();
    },
  };
}
