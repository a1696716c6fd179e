import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Pages } from '../../daemon/actions/action.ts';
import { createEngine } from '../../daemon/engine/embedded.ts';
import type { Engine } from '../../daemon/engine/engine.ts';
import { sqliteForwards, type Forwards } from '../../daemon/hub/forwards.ts';
import { hubJournal } from '../../daemon/hub/hub-journal.ts';
import { createIngest, type Ingest } from '../../daemon/hub/ingest.ts';
import { ingestRoutes } from '../../daemon/hub/routes.ts';
import { prunedEvents } from '../../daemon/journal/prune.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import type { Message } from '../../daemon/notices/channel.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import { listenHttp } from '../../daemon/server/http.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { createTestEngine, plainOptions } from './engine.ts';
import { createSigner, ownersOf, type Signer } from './signer.ts';

/** A hub whose runs work on another engine, with what it has been asked to do; nobody works for it by itself. */
export interface TestHub {
  id: string;
  url: string;
  token: string;
  engine: Engine;
  journal: SqliteJournal;
  forwards: Forwards;
  ingest: Ingest;
  database: Database.Database;
  clock: SimulatedClock;
  /** Who can sign here. */
  ada: Signer;
  /** Pages and messages that steps wanted, in order. */
  deeds: string[];
  /** How often it was told that something is owed to the other engine. */
  owed: number;
  close(): Promise<void>;
}

export async function createTestHub(own: { id?: string; startsThere?: boolean; home?: string } = {}): Promise<TestHub> {
  const { id = 'hub1', startsThere = true } = own;
  const home = own.home ?? mkdtempSync(join(tmpdir(), 'stagebook-hub-'));
  const clock = new SimulatedClock();
  const database = openDatabase(join(home, 'journal.db'));
  const journal = new SqliteJournal(database, clock);
  const forwards = sqliteForwards(database);
  const ada = createSigner('Ada');
  const twin = await createTestEngine();
  const { actions } = twin;
  twin.remove();
  const deeds: string[] = [];
  const engine = createEngine({
    journal: hubJournal({
      hub: id,
      journal,
      forwards,
      clock,
      starts: startsThere ? 'there' : 'here',
      owes: () => void (hub.owed += 1),
    }),
    clock,
    ...plainOptions(actions),
    owner: ownersOf(ada),
    elsewhere: (run) => journal.isRemote(run),
  });
  await engine.open();
  const pages: Pages = {
    write: (kind) => (deeds.push(`write ${kind}`), Promise.resolve({ page: kind })),
    append: (page, content) => (deeds.push(`append ${page}: ${content}`), Promise.resolve({ page })),
    read: (page) => Promise.resolve({ page, text: 'as it stands' }),
    section: () => Promise.resolve(null),
  };
  const ingest = createIngest({
    hub: id,
    journal,
    forwards,
    pruned: prunedEvents(database),
    pages: () => pages,
    notices: {
      queue: (channel, key, _run, message: Message) => (
        deeds.push(`${channel} ${key}: ${message.title}`),
        Promise.resolve({ already: false })
      ),
    },
    clock,
  });
  const token = 'the-token-of-hub-and-workers';
  const http = await listenHttp(0);
  http.open({
    door: { port: http.port, origins: [] },
    routes: ingestRoutes(ingest, { token: () => Promise.resolve(token) }),
    upgrade: (_request, socket) => void socket.destroy(),
  });
  const hub: TestHub = {
    id,
    url: `http://127.0.0.1:${http.port}`,
    token,
    engine,
    journal,
    forwards,
    ingest,
    database,
    clock,
    ada,
    deeds,
    owed: 0,
    async close() {
      await http.close();
      await engine.close();
      database.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return hub;
}

/** What a worker reports of events: nothing of where they stand in a journal. */
export function reportedOf(events: readonly RunEvent[]) {
  return events.map(({ seq, type, node, attempt, epoch, at, payload }) => {
    return { seq, type, node, attempt, epoch, at, payload };
  });
}
