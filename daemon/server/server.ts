import { PANEL_PATH } from '../../shared/protocol/limits.ts';
import type { EventType } from '../../shared/run/event.ts';
import { revokeDevice } from '../people/revoke.ts';
import { graphId } from '../graph/graphs.ts';
import { packageVersion } from '../version.ts';
import { createFeed } from '../journal/feed.ts';
import { Attempts } from './attempts.ts';
import { createAnswer } from './calls/index.ts';
import type { Desk } from './desk.ts';
import { createDoorkeeper } from './doorkeeper.ts';
import type { Http, Route } from './http.ts';
import type { Office, ServerMeans } from './office.ts';
import { ownOrigin, type Door } from './origins.ts';
import { PairingCodes } from './pairing.ts';
import { panelRoutes } from './panel.ts';
import { Proposals } from './proposals.ts';
import { createSockets } from './websocket.ts';

/** Events by which the list of runs becomes another one. */
const LIST_CHANGES: ReadonlySet<EventType> = new Set([
  'run.started',
  'run.resumed',
  'run.reset',
  'run.moved',
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.suspended',
]);

/** The daemon's server for plugin and panel, once it is open. */
export interface Server {
  port: number;
  /** The panel's address. */
  panel: string;
  /** For the command line. */
  desk: Desk;
  /** How many are connected and were let in. */
  connected(): number;
  close(): Promise<void>;
}

/** Opens the server on a port that is bound already. `panel` is the folder of the built one, `routes` what is served besides. */
export function openServer(http: Http, means: ServerMeans, panel?: string, routes: readonly Route[] = []): Server {
  const { clock, config, database, engine, people, plugins, keys } = means;
  const door: Door = { port: http.port, origins: config.origins ?? [] };
  const origin = ownOrigin(http.port);
  const version = packageVersion();
  const codes = new PairingCodes(clock);
  const feed = createFeed(database);
  const tell: Office['tell'] = (what) =>
    // What waits for people and who they are is no concern of plugins.
    sockets.send({ changed: what }, ({ peer }) => peer?.right === 'sign' || !['people', 'proposals'].includes(what));
  const recheck = (): void => sockets.connections().forEach((connection) => connection.recheck());
  const office: Office = {
    ...means,
    feed,
    proposals: new Proposals(clock, () => tell('proposals')),
    attempts: new Attempts({ clock, journal: means.journal, onChange: () => tell('attempts') }),
    version,
    panel: `${origin}${PANEL_PATH}`,
    tell,
    recheck,
  };
  const onNewcomer = (): void => tell('people');
  const sockets = createSockets(door, {
    clock,
    feed,
    doorkeeper: createDoorkeeper({ people, plugins, keys, codes, version, ownOrigin: origin, onNewcomer }),
    answer: createAnswer(office),
    welcome: () => ({ version, pos: feed.head(), panel: office.panel }),
  });
  const unsubscribe = engine.subscribe({
    events(events) {
      for (const connection of sockets.connections()) connection.committed(events);
      // Who follows some runs only hears of the others by this.
      if (events.some(({ type }) => LIST_CHANGES.has(type))) tell('runs');
    },
    output(line) {
      for (const connection of sockets.connections()) connection.output(line);
    },
  });
  http.open({
    door,
    routes: [...routes, ...panelRoutes(door, panel)],
    upgrade: (...request) => sockets.upgrade(...request),
  });
  return {
    port: http.port,
    panel: office.panel,
    connected: () => sockets.connections().length,
    desk: deskOf(office, codes),
    async close() {
      unsubscribe();
      await sockets.close();
      await http.close();
    },
  };
}

/** What the command line asks of the server besides the engine. */
function deskOf(office: Office, codes: PairingCodes): Desk {
  const { review, notices } = office;
  return {
    panel: () => Promise.resolve(office.panel),
    reviewPage: async (graph) => ({ page: await review.writePage(graphId(graph)) }),
    todosPage: async (graph) => ({ page: await review.writeTodos(graphId(graph)) }),
    retryMessages: async (ids) => notices.retry(ids ?? undefined),
    discardMessage: async (id, by, why) => {
      notices.discard(id, by, why);
      return null;
    },
    pair: (purpose) => Promise.resolve(codes.make(purpose)),
    revoke: (device) =>
      new Promise((resolve) => {
        revokeDevice(office, device);
        office.tell('people');
        office.recheck();
        resolve(null);
      }),
  };
}
