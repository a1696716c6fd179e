import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Pages, RunInfo } from '../../daemon/actions/action.ts';
import { readBody } from '../../daemon/engine/definitions.ts';
import { createEngine } from '../../daemon/engine/embedded.ts';
import type { Engine } from '../../daemon/engine/engine.ts';
import type { EmbeddedOptions } from '../../daemon/engine/options.ts';
import { ingressAt } from '../../daemon/engine/restate/ingress.ts';
import type { Batch, Timer } from '../../daemon/engine/restate/messages.ts';
import { serviceNames } from '../../daemon/engine/restate/names.ts';
import { openRunWorker } from '../../daemon/engine/restate/run-worker.ts';
import { RunsHere } from '../../daemon/engine/restate/runs-here.ts';
import { loadSdk } from '../../daemon/engine/restate/load.ts';
import type { RunLog } from '../../daemon/engine/restate/run-log.ts';
import type { Stretch } from '../../daemon/engine/restate/stretch.ts';
import { Forwarder } from '../../daemon/hub/forwarder.ts';
import { sqliteForwards } from '../../daemon/hub/forwards.ts';
import { hubJournal } from '../../daemon/hub/hub-journal.ts';
import { createIngest } from '../../daemon/hub/ingest.ts';
import { hubLink } from '../../daemon/hub/report.ts';
import { ingestRoutes } from '../../daemon/hub/routes.ts';
import type { Journal } from '../../daemon/journal/journal.ts';
import { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import { pageKinds } from '../../daemon/pages/index.ts';
import type { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import { listenHttp } from '../../daemon/server/http.ts';
import { workerDesk } from '../../daemon/worker/incident-desk.ts';
import { workerPages } from '../../daemon/worker/pages.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Crash } from './crashing-journal.ts';
import { Traffic } from './restate-traffic.ts';
import type { PageMeans } from './written-pages.ts';

const TOKEN = 'a token that hub and workers share';
const NEVER = new Promise<never>(() => undefined);
const PATIENCE_MS = 30_000;
let hubs = 0;

/** An id of a hub that nobody else has on the same Restate. */
export function newHub(): string {
  return `test${(hubs += 1)}x${process.pid}`;
}

export interface HousePlace {
  restate: { ingress: string; admin: string };
  hub: string;
  database: Database.Database;
  clock: SimulatedClock;
  /** Of the worker; 0 for its first life. */
  port: number;
  /** What is under way between hub and objects, over all lives of the worker. */
  traffic?: Traffic;
  /** The hub's pages of a run; without them nothing is written. */
  pages?(run: string): Pages;
  /** Told of what the hub could not carry out. */
  onProblem?(problem: string): void;
  /** Ends the worker right before or right after its n-th group commit is on Restate's record. */
  crash?: Crash | undefined;
  /** Awaited before a group commit is brought to Restate. */
  given?: ((batch: Batch, stretch: Stretch) => Promise<void>) | undefined;
}

/** A hub and one worker in this process, with a real Restate and a real address between them, and a simulated clock. */
export interface RestateHouse {
  engine: Engine;
  journal: Journal;
  port: number;
  traffic: Traffic;
  /** How many group commits the worker has made. */
  readonly commits: number;
  readonly crashed: boolean;
  /** What a worker's step has for pages and the incident: it tells the hub, and asks it. */
  means(run: RunInfo, node: NodeKey): PageMeans;
  /** Resolves when everything that was said is taken, and whoever works waits for the world or for time. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export async function openRestateHouse(
  place: HousePlace,
  options: Omit<EmbeddedOptions, 'journal' | 'clock'>,
): Promise<RestateHouse> {
  const { restate, hub, database, clock, crash, traffic = new Traffic() } = place;
  const sqlite = new SqliteJournal(database, clock);
  const forwards = sqliteForwards(database);
  const token = (): Promise<string> => Promise.resolve(TOKEN);
  const forwarder = new Forwarder({ hub, ingress: [restate.ingress], token, forwards, clock });
  const journal = hubJournal({ hub, journal: sqlite, forwards, clock, starts: 'there', owes: () => forwarder.wake() });
  const engine = createEngine({ ...options, journal, clock, elsewhere: (run) => sqlite.isRemote(run) });
  const ingest = createIngest({
    hub,
    journal: sqlite,
    forwards,
    pruned: () => undefined,
    pages: place.pages ?? (() => ({}) as Pages),
    notices: { queue: () => Promise.resolve({ already: false }) },
    clock,
    ...(place.onProblem ? { onProblem: place.onProblem } : {}),
  });
  const http = await listenHttp(0);
  http.open({
    door: { port: http.port, origins: [] },
    routes: ingestRoutes(ingest, { token }),
    upgrade: (_request, socket) => void socket.destroy(),
  });
  const link = hubLink({ id: hub, url: `http://127.0.0.1:${http.port}` }, { node: 'worker', token });
  const here = new RunsHere();
  const control = new AbortController();
  const ingress = ingressAt([restate.ingress], TOKEN, control.signal);
  const desk = workerDesk({ journal: here, hub: link, redact: options.redact, signal: control.signal });
  let rings: Promise<unknown> = Promise.resolve();
  const ring = (run: string, timer: Timer): void => {
    const target = { service: serviceNames(hub).inbox, key: run, method: 'tell' };
    const message = { hub, run, at: clock.now(), timer };
    // An alarm of an earlier life rings for nobody.
    rings = rings.then(() => ingress.call(target, message)).catch(() => undefined);
  };
  const state = { commits: 0, crashed: false };
  const die = (): Promise<never> => {
    state.crashed = true;
    void worker.close();
    return NEVER;
  };
  const logs = new WeakMap<Stretch, RunLog>();
  const watch = (stretch: Stretch, log: RunLog): void => {
    logs.set(stretch, log);
    const next = stretch.next.bind(stretch);
    const record = stretch.record.bind(stretch);
    stretch.next = async () => {
      const batch = await next();
      if (state.crashed) return NEVER;
      await place.given?.(batch, stretch);
      state.commits += 1;
      return state.commits === crash?.at && crash.when === 'before' ? die() : batch;
    };
    stretch.record = (events, own) => {
      if (state.crashed) return;
      if (own && state.commits === crash?.at && crash.when === 'after') void die();
      else record(events, own);
    };
  };
  const worker = await openRunWorker({
    ...options,
    clock,
    hub,
    token: TOKEN,
    restate: { ingress: [restate.ingress], admin: [restate.admin] },
    port: place.port,
    settleMs: 0,
    here,
    sdk: traffic.watching(await loadSdk()),
    opened: watch,
    report: (reported) => link.report(reported),
    alarm: (run, timer, at) => void clock.at(at, () => ring(run, timer)),
  });
  if (place.port === 0) await worker.register();
  await engine.open();
  forwarder.wake();

  const told = database.prepare<[], number>('select count(*) from forwards').pluck();
  const isQuiet = async (): Promise<boolean> => {
    await rings;
    for (let n = 0; n < 6; n += 1) await turn();
    const stretches = worker.stretches();
    const busy = (stretch: Stretch): boolean =>
      !stretch.quiet || (logs.get(stretch)?.taken ?? 0) < (traffic.posted.get(stretch.run) ?? 0);
    if (told.get() !== traffic.taken.size || stretches.some(busy)) return false;
    return traffic.isStill(new Set(stretches.map(({ run }) => run)));
  };
  return {
    engine,
    journal,
    port: Number(new URL(worker.uri).port),
    traffic,
    get commits() {
      return state.commits;
    },
    get crashed() {
      return state.crashed;
    },
    means: (run, node) => ({
      pages: workerPages(
        {
          kinds: pageKinds,
          zone: 'UTC',
          definition: () => readBody(here.definition(run.state().definition)!).definition,
          events: () => here.events(run.id),
          tell: (key, deed) => here.tell(run.id, { key, deed }),
          hub: link,
          signal: control.signal,
        },
        run,
        node,
      ),
      incidents: desk(run, node),
    }),
    async quiet() {
      const limit = Date.now() + PATIENCE_MS;
      for (let still = 0; still < 2 && !state.crashed;) {
        if (await isQuiet()) still += 1;
        else {
          still = 0;
          await pause(1);
        }
        if (Date.now() > limit) throw new Error('the engine does not come to rest');
      }
    },
    async close() {
      state.crashed = true;
      await worker.close();
      await forwarder.close();
      control.abort();
      await http.close();
      await engine.close();
    },
  };
}
