import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../config.ts';
import { freePorts } from '../../free-port.ts';
import { openDaemon, type Daemon, type OpenOptions } from '../../open.ts';
import { restartable, startKept, type Restartable } from '../counterparts/kept-process.ts';
import { startRestate, type Restate } from '../counterparts/restate.ts';
import { balance } from './balancer.ts';

const WORKER = [process.execPath, fileURLToPath(new URL('../../cli/stagebook.mjs', import.meta.url)), 'worker'];
/** What steps do here is done in a moment, so that nobody has to be waited for longer. */
const SETTLE = '5s';

/** A worker in a process of its own, that can be killed and started again on its port and its data directory. */
export interface ClusterWorker extends Restartable {
  name: string;
}

/** A Restate, workers behind one address and a hub, all on this machine and in a folder that goes with them. */
export interface Cluster {
  folder: string;
  restate: Restate;
  workers: readonly ClusterWorker[];
  /** What the hub is started with, for who starts it as a process of its own. */
  hub: { home: string; port: number; environment: NodeJS.ProcessEnv };
  /** Opens the hub; one at a time. Closing it leaves everything else as it is. */
  openHub(options?: OpenOptions): Promise<Daemon>;
  /** What is still alive of it; the hub is the caller's. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  nodes?: 1 | 3;
  workers?: number;
  /** A worker's program, instead of `stagebook worker`: called with `--name`, it says the same once it is ready. */
  program?: readonly string[];
  /** More of the configuration of hub and workers. */
  config?: object;
  /** Secrets and other names of workers. */
  environment?: Readonly<Record<string, string>>;
}

/** Starts Restate and the workers, which register themselves. Throws when Restate's server is not installed. */
export async function makeCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes = 1, workers: count = 1, program = WORKER, config = {}, environment = {} } = options;
  const release: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const give of release.splice(0).toReversed()) await give();
  };
  try {
    const folder = await mkdtemp(join(await realpath(tmpdir()), 'stagebook-cluster-'));
    release.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const restate = await startRestate({ nodes });
    release.push(() => restate.stop());
    const [hubPort, ...ports] = (await freePorts(count + 1)) as [number, ...number[]];
    const balancer = await balance(ports);
    release.push(() => balancer.close());
    const token = randomBytes(24).toString('base64url');
    const home = async (name: string, port?: number): Promise<string> => {
      const own = join(folder, name);
      await mkdir(own, { mode: 0o700 });
      const settings = {
        ...config,
        engine: 'restate',
        restate: {
          ingress: restate.nodes.map((node) => node.ingress),
          admin: restate.nodes.map((node) => node.admin),
          hub: { id: 'ours', url: `http://127.0.0.1:${hubPort}`, token: 'HUB_TOKEN' },
          ...(port === undefined ? {} : { worker: { port, uri: balancer.url, settle: SETTLE } }),
        },
      };
      await writeFile(join(own, 'config.yaml'), JSON.stringify(settings));
      return own;
    };
    const env = { ...process.env, HUB_TOKEN: token, NO_COLOR: '1' };
    const hubHome = await home('hub');
    const workers: ClusterWorker[] = [];
    for (const [index, port] of ports.entries()) {
      const name = `worker-${index + 1}`;
      const own = { ...env, ...environment, STAGEBOOK_HOME: await home(name, port) };
      workers.push(clusterWorker(name, program, own, folder));
    }
    release.push(() => Promise.all(workers.map((worker) => worker.kill())));
    await Promise.all(workers.map((worker) => worker.start()));
    return {
      folder,
      restate,
      workers,
      hub: { home: hubHome, port: hubPort, environment: { ...env, STAGEBOOK_HOME: hubHome } },
      openHub: (more = {}) => openDaemon(readConfig(hubHome), { port: hubPort, environment: env, ...more }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function clusterWorker(name: string, program: readonly string[], env: NodeJS.ProcessEnv, cwd: string): ClusterWorker {
  const worker = restartable(() =>
    startKept([...program, '--name', name], { ready: /does the runs of the hub/, env, cwd, withinMs: 60_000 }),
  );
  return Object.assign(worker, { name });
}
