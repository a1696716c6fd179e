import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../free-port.ts';
import { restartable, startKept, type Restartable } from './kept-process.ts';

const HOST = '127.0.0.1';
/** A node of three has to find the others first; on a busy machine that takes a while. */
const READY_WITHIN_MS = 60_000;
/** Partitions of a cluster on one machine: each costs memory and a replica. */
const PARTITIONS = 4;
const CACHE = fileURLToPath(new URL('../../../.cache', import.meta.url));

/** How to get the server: it comes neither with Stagebook nor with `npm ci`. */
export const RESTATE_REMEDY = 'node .ci/restate.mjs installs it into .cache/ (220 MB, licence BSL 1.1)';

/** One server: a process that can be killed and started again on the same data and ports. Started, it answers. */
export interface RestateNode extends Restartable {
  name: string;
  /** Base addresses, without a slash at the end. */
  ingress: string;
  admin: string;
}

export interface Restate {
  /** Where its data is until it is stopped. */
  folder: string;
  nodes: readonly RestateNode[];
  /** Kills whatever runs and removes its data. */
  stop(): Promise<void>;
}

export interface RestateOptions {
  /** One server, or three nodes with every record on two of them. */
  nodes?: 1 | 3;
  /** Where the program is; by default where `.ci/restate.mjs` installs it. */
  program?: string;
}

/** The server's program where `.ci/restate.mjs` installs it; undefined when it did not. */
export function restateProgram(): string | undefined {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server${suffix}`;
  const folders = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => /^restate-[\d.]+$/.test(name)) : [];
  return folders
    .sort()
    .map((folder) => join(CACHE, folder, 'node_modules', ...binary.split('/')))
    .findLast((file) => existsSync(file));
}

/**
 * Starts a real Restate on free ports of 127.0.0.1, with telemetry off and its data in a folder that goes with it, and waits
 * until every node takes calls and registrations. Throws when the program is not there.
 */
export async function startRestate(options: RestateOptions = {}): Promise<Restate> {
  const { nodes: count = 1, program = restateProgram() } = options;
  if (program === undefined) throw new Error(`Restate's server is not here: ${RESTATE_REMEDY}.`);
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-restate-'));
  const ports = await freePorts(count * 3);
  const places = Array.from({ length: count }, (_, index) => ({
    name: `n${index + 1}`,
    ingress: ports[index * 3]!,
    admin: ports[index * 3 + 1]!,
    fabric: ports[index * 3 + 2]!,
  }));
  const nodes = places.map((place): RestateNode => {
    const { name, ingress, admin, fabric } = place;
    const directory = join(folder, name);
    const server = restartable(async () => {
      await mkdir(directory, { recursive: true });
      return startKept(
        [program, '--no-logo', '--node-name', name, '--cluster-name', 'stagebook', '--base-dir', directory],
        {
          ready: /\S/,
          cwd: directory,
          env: {
            ...process.env,
            DO_NOT_TRACK: '1',
            RESTATE_DISABLE_TELEMETRY: 'true',
            RESTATE_LISTEN_MODE: 'tcp',
            RESTATE_BIND_IP: HOST,
            RESTATE_BIND_ADDRESS: `${HOST}:${fabric}`,
            RESTATE_ADVERTISED_ADDRESS: `http://${HOST}:${fabric}/`,
            RESTATE_INGRESS__BIND_ADDRESS: `${HOST}:${ingress}`,
            RESTATE_ADMIN__BIND_ADDRESS: `${HOST}:${admin}`,
            RESTATE_ADMIN__DISABLE_WEB_UI: 'true',
            RESTATE_LOG_FILTER: 'warn,restate=info',
            RESTATE_LOG_DISABLE_ANSI_CODES: 'true',
            RESTATE_DEFAULT_NUM_PARTITIONS: String(PARTITIONS),
            // Few calls a connection, so that workers behind one address share them.
            RESTATE_WORKER__INVOKER__HTTP2_STREAMS_PER_CONNECTION_LIMIT: '8',
            RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256MiB',
            // One node makes the cluster, the others join it.
            RESTATE_AUTO_PROVISION: String(place === places[0]),
            ...(count === 1
              ? {}
              : {
                  RESTATE_DEFAULT_REPLICATION: '2',
                  RESTATE_METADATA_CLIENT__ADDRESSES: JSON.stringify(
                    places.map((each) => `http://${HOST}:${each.fabric}`),
                  ),
                }),
          },
          withinMs: READY_WITHIN_MS,
        },
      );
    });
    const at = { name, ingress: `http://${HOST}:${ingress}`, admin: `http://${HOST}:${admin}` };
    return {
      ...at,
      get pid() {
        return server.pid;
      },
      kill: () => server.kill(),
      async start() {
        await server.start();
        await ready(at);
      },
    };
  });
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
    return { folder, nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until a node takes calls and answers queries. */
async function ready(node: Pick<RestateNode, 'name' | 'ingress' | 'admin'>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      await expectOk(fetch(`${node.ingress}/restate/health`));
      await expectOk(fetch(`${node.admin}/health`));
      const query = JSON.stringify({ query: 'select count(*) as n from sys_invocation' });
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      await expectOk(fetch(`${node.admin}/query`, { method: 'POST', headers, body: query }));
      return;
    } catch (error) {
      last = error;
      await sleep(100);
    }
  }
  throw new Error(`Restate's node ${node.name} did not become ready`, { cause: last });
}

async function expectOk(asked: Promise<Response>): Promise<void> {
  const response = await asked;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
}
