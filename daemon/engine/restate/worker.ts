import { randomUUID } from 'node:crypto';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.ts';
import { restateApart } from './apart.ts';
import { cellObject } from './cell-object.ts';
import { inboxObject } from './inbox-object.ts';
import { Cells } from './cells.ts';
import { ingressAt } from './ingress.ts';
import { loadSdk, type Sdk } from './load.ts';
import type { Recollection, Reported, Timer } from './messages.ts';
import { serviceNames } from './names.ts';
import { reportObject } from './report-object.ts';
import type { RunLog } from './run-log.ts';
import { runObject } from './run-object.ts';
import { registerAt } from './register.ts';
import { reportAll } from './report-all.ts';
import { endWhenSilent } from './silence.ts';
import { Stretch, type Working } from './stretch.ts';

/** How a worker is reached, and by whom. */
export interface WorkerOptions {
  /** The id of the hub whose runs these are. */
  hub: string;
  /** What hub and workers share: messages to runs are sealed with it. */
  token: string;
  restate: {
    /** Base addresses of the nodes of one Restate, without a slash at the end. */
    ingress: readonly string[];
    admin: readonly string[];
    /** The public keys of the Restate that may call (`publickeyv1_…`). Without any, whoever reaches the port may. */
    identity?: readonly string[];
  };
  /** Of 127.0.0.1; 0 takes a free one. */
  port: number;
  /** What Restate calls: one address for all workers. By default this worker's own. */
  uri?: string;
  clock: Clock;
  /**
   * How long another worker that had a run may still act on the world after this one got it, in milliseconds: what was begun there
   * is looked for then. 30 s by default: within 12 a lost connection is noticed, and what is told to end then has 10 more for that.
   */
  settleMs?: number;
  /** Begins the work on a run, when there is something to do. */
  begin(log: RunLog, stretch: Stretch, means: WorkMeans): Working;
  /** A stretch of work is about to begin, or to be repeated. */
  opened?(stretch: Stretch, log: RunLog): void;
  /** Restate's SDK, where it is not the one that is installed. */
  sdk?: Sdk;
  /** It is over. */
  done?(stretch: Stretch): void;
  /** Tells the hub. A throw is told again, in order. */
  report(reported: Reported): Promise<void>;
  /** Something was told to a run that was not sealed with the token. It was not taken, and will not be told again. */
  refused?(): void;
  /** Rings at a timer's time in place of Restate: for a simulated clock. */
  alarm?(run: string, timer: Timer, at: number): void;
}

/** What work on a run can reach besides its stretch. */
export interface WorkMeans {
  cells: Cells;
}

export interface Worker {
  uri: string;
  /**
   * Makes Restate call this worker's address for new stretches of work. One that is away is asked again until it answers:
   * after a power cut nobody knows who is back first. Throws `restate.refused`, or that the worker is closed.
   */
  register(onProblem?: (problem: string) => void): Promise<void>;
  /** The runs that work here now. */
  stretches(): readonly Stretch[];
  /** Ends at once: what works here goes on elsewhere, or when a worker is back at the address. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const SETTLE_MS = 30_000;

/** Serves the objects of one hub to Restate. Throws `restate.missing` where its SDK is not installed. */
export async function openWorker(options: WorkerOptions): Promise<Worker> {
  const sdk = options.sdk ?? (await loadSdk());
  const { hub, token, restate, settleMs = SETTLE_MS } = options;
  const names = serviceNames(hub);
  const control = new AbortController();
  const ingress = ingressAt(restate.ingress, token, control.signal);
  const cells = new Cells(ingress, names.cell);
  const apart = restateApart(restate.ingress, control.signal);
  const recollect = (run: string, from: number): Promise<Recollection> =>
    ingress.call({ service: names.run, key: run, method: 'recollect' }, { run, from });
  const life = randomUUID();
  const stretches = new Set<Stretch>();
  /** They are over, and something that they began still acts. */
  const ending = new Set<Stretch>();
  const { alarm } = options;
  const handler = sdk.createEndpointHandler({
    services: [
      runObject(sdk, names, token, {
        open(log) {
          const stretch = new Stretch({
            run: log.run,
            clock: options.clock,
            worker: life,
            settleMs,
            isApart: () => apart.ms() !== 0,
            earlier: [...stretches, ...ending].filter(({ run }) => run === log.run),
            begin: (own) => options.begin(log, own, { cells }),
          });
          stretches.add(stretch);
          options.opened?.(stretch, log);
          return stretch;
        },
        close(stretch) {
          if (!stretches.delete(stretch)) return;
          stretch.release();
          ending.add(stretch);
          void stretch.acts.allEnded().then(() => ending.delete(stretch));
          options.done?.(stretch);
        },
        ...(alarm ? { alarm } : {}),
        ringLater(run, timer, at) {
          const message = { hub, run, at, timer };
          const target = { service: names.inbox, key: run, method: 'tell' };
          return ingress.callLater(target, message, Math.max(0, at - options.clock.now()));
        },
      }),
      inboxObject(sdk, names, hub, token, () => options.refused?.()),
      cellObject(sdk, names, token),
      reportObject(sdk, names, (reported) => reportAll(reported, (all) => options.report(all), recollect)),
    ],
    ...(restate.identity && restate.identity.length > 0 ? { identityKeys: [...restate.identity] } : {}),
    logger: () => undefined,
  });
  const server = createServer(handler);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    // So that what works here has heard of it, and had its time to end, before another worker goes on.
    if (settleMs > 0) endWhenSilent(session, settleMs / 5);
    session.once('close', () => sessions.delete(session));
    // A connection that ends in the middle of a call is Restate's to deal with: it calls again.
    session.on('error', () => undefined);
  });
  await listen(server, options.port);
  const uri = options.uri ?? `http://${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    uri,
    async register(onProblem) {
      await registerAt(restate.admin, uri, control.signal, onProblem);
      await apart.look();
    },
    stretches: () => [...stretches],
    async close() {
      control.abort(new Error('the worker is closed'));
      for (const stretch of stretches) stretch.release();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Http2Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
