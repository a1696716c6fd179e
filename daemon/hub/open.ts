import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type Database from 'better-sqlite3';
import type { Pages } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import { prunedEvents } from '../journal/prune.ts';
import type { SqliteJournal } from '../journal/sqlite.ts';
import type { Notices } from '../notices/notices.ts';
import type { Route } from '../server/http.ts';
import type { RestateConfig } from './config.ts';
import { Forwarder } from './forwarder.ts';
import { sqliteForwards } from './forwards.ts';
import { hubJournal, type HubJournalOptions } from './hub-journal.ts';
import { createIngest } from './ingest.ts';
import { addressTrouble, LIFE } from './own-address.ts';
import { ingestRoutes } from './routes.ts';
import { ofUs, unlike, WORKER } from './unlike.ts';

export interface HubMeans {
  database: Database.Database;
  journal: SqliteJournal;
  clock: Clock;
  readSecret(name: string): Promise<string>;
  pages(run: string): Pages;
  notices: Pick<Notices, 'queue'>;
  onProblem?(problem: string): void;
}

/** The part of the daemon that is a hub for workers on a Restate. */
export interface Hub {
  /** The journal as everything that decides for runs has to see it. */
  journal: Journal;
  /** Where workers report. */
  routes: Route[];
  /** Begins to tell what an earlier life still owed, and looks whether workers would find this hub at its address. */
  open(): void;
  close(): Promise<void>;
}

/** `starts`: where runs that begin from now on work. */
export function openHub(config: RestateConfig, starts: HubJournalOptions['starts'], means: HubMeans): Hub {
  const { journal, clock } = means;
  const { id } = config.hub;
  const forwards = sqliteForwards(means.database);
  const token = (): Promise<string> => means.readSecret(config.hub.token);
  const onProblem = means.onProblem ? { onProblem: means.onProblem } : {};
  const forwarder = new Forwarder({ hub: id, ingress: config.ingress, token, forwards, clock, ...onProblem });
  const ingest = createIngest({
    hub: id,
    journal,
    forwards,
    pruned: prunedEvents(means.database),
    pages: (run) => means.pages(run),
    notices: means.notices,
    clock,
    ...onProblem,
  });
  const life = randomUUID();
  const control = new AbortController();
  const tell = (problem: string): void => means.onProblem?.(problem);
  const meet = unlike(tell);
  const greet = (headers: IncomingHttpHeaders): Record<string, string> => {
    const worker = headers[WORKER];
    if (typeof worker === 'string') {
      meet(`The worker ${nameIn(worker)}`, (name) => headers[name]?.toString(), clock.now());
    }
    return { [LIFE]: life, ...ofUs(clock.now()) };
  };
  const lookAtAddress = async (): Promise<void> => {
    const { signal } = control;
    const trouble = await addressTrouble(config.hub, { life, token: await token(), signal });
    if (trouble !== undefined && !signal.aborted) tell(trouble);
  };
  return {
    journal: hubJournal({ hub: id, journal, forwards, clock, starts, owes: () => forwarder.wake() }),
    routes: ingestRoutes(ingest, { token, greet }),
    open() {
      forwarder.wake();
      // Without its token the hub tells runs nothing, and says so there.
      if (starts === 'there') lookAtAddress().catch(() => undefined);
    },
    async close() {
      control.abort();
      await forwarder.close();
    },
  };
}

/** A name as a worker says it; what is none stays as it came. */
function nameIn(header: string): string {
  try {
    return decodeURIComponent(header).slice(0, 100);
  } catch {
    return header.slice(0, 100);
  }
}
