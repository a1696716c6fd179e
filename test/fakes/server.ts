import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueOf } from '../../daemon/engine/compile.ts';
import { enrol } from '../../daemon/people/enrol.ts';
import { createGraphs } from '../../daemon/graph/graphs.ts';
import type { Agents } from '../../daemon/people/agents.ts';
import { People } from '../../daemon/people/people.ts';
import { Plugins } from '../../daemon/people/plugins.ts';
import { TerminalKeys } from '../../daemon/people/terminal-key.ts';
import { sqlitePersonas } from '../../daemon/journal/personas.ts';
import { knownPersonas } from '../../daemon/personas/known.ts';
import { primitives } from '../../daemon/primitives/index.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import { listenHttp, type Http, type Route } from '../../daemon/server/http.ts';
import type { ServerMeans } from '../../daemon/server/office.ts';
import { openServer, type Server } from '../../daemon/server/server.ts';
import { nothingToReview } from './review.ts';
import { createPanelKey, isPrompt, openClient, type Client, type PanelKey } from './client.ts';
import { createTestEngine, type TestEngine } from './engine.ts';

/** The persona that the test engine knows. */
const TESTER = { id: 'tester', actions: ['act.*'], secrets: [] };

export const PIN = 'correct-horse';

/** The real server on the engine of a test: real sockets, real signatures, a simulated clock. */
export interface TestServer {
  server: Server;
  test: TestEngine;
  means: ServerMeans;
  clock: SimulatedClock;
  origin: string;
  /** A new connection from Logseq, or from elsewhere. */
  open(headers?: Parameters<typeof openClient>[1]): Promise<Client>;
  /** A plugin that was just paired. */
  plugin(name?: string): Promise<Client & { token: string }>;
  /** A panel that was just enrolled for a person, whom it makes when they are not there. */
  panel(person?: string): Promise<Client & Panel>;
  /** The same device in another connection. */
  again(panel: Panel): Promise<Client & Panel>;
  remove(): Promise<void>;
}

export interface Panel {
  key: PanelKey;
  device: string;
  person: string;
}

export async function createTestServer(
  options: Parameters<typeof createTestEngine>[0] = {},
  more: Partial<ServerMeans> & { panel?: string } = {},
  besides?: (http: Http, test: TestEngine) => { agents: Agents; routes: readonly Route[] },
): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), 'stagebook-server-'));
  const clock = new SimulatedClock();
  const known: { people?: People } = {};
  const test = await createTestEngine({
    clock,
    ...options,
    options: { owner: (device, publicKey) => known.people?.owner(device, publicKey), ...options.options },
  });
  const { engine, journal, database } = test;
  const people = new People(database, clock);
  known.people = people;
  const keys = new TerminalKeys(home, people, clock);
  const { panel: folder, ...given } = more;
  const means: ServerMeans = {
    config: { home, zone: 'UTC' },
    clock,
    engine,
    journal,
    database,
    people,
    plugins: new Plugins(database, clock),
    keys,
    actions: test.actions,
    personas: knownPersonas(
      new Map([[TESTER.id, { title: 'Tester', shape: TESTER }]]),
      sqlitePersonas(database, journal),
      test.actions,
    ),
    catalogue: (pages) =>
      catalogueOf({ primitives, actions: test.actions }, new Map([[TESTER.id, TESTER]]), (name) => pages[name]),
    sandboxLevel: () => Promise.resolve({ level: 'none', why: 'a test' }),
    rehearsed: () => undefined,
    redact: (value) => value,
    review: nothingToReview,
    servers: {
      names: () => [],
      pinned: () => undefined,
      inspect: (name) => Promise.reject(new Error(`no server ${name}`)),
    },
    graphs: createGraphs({
      clock,
      folders: [],
      openFolder: () => Promise.reject(new Error('no graph')),
      wake: () => undefined,
    }),
    notices: { retry: () => 0, discard: () => undefined },
    ...given,
  };
  const http = await listenHttp(0);
  const { agents, routes } = besides?.(http, test) ?? { routes: [] };
  const server = openServer(http, agents ? { ...means, agents } : means, folder, routes);
  const origin = `http://127.0.0.1:${server.port}`;
  const clients = new Set<Client>();
  const open: TestServer['open'] = async (headers) => {
    const client = await openClient(server.port, headers);
    clients.add(client);
    return client;
  };
  return {
    server,
    test,
    means,
    clock,
    origin,
    open,
    async plugin(name = 'Logseq') {
      const { code } = await server.desk.pair('plugin');
      const client = await open();
      client.hello({ kind: 'pairing', code, name });
      return Object.assign(client, { token: (await client.welcomed()).token! });
    },
    async panel(person = 'Ada') {
      const [first] = people.list();
      if (!people.find(person)) {
        enrol(people, keys, { name: person, pin: PIN, ...(first ? { voucher: { name: first.name, pin: PIN } } : {}) });
      }
      const key = createPanelKey();
      const { code } = await server.desk.pair('panel');
      const client = await open({ origin });
      client.hello({ kind: 'enrolling', code, person, pin: PIN, publicKey: key.publicKey });
      const { device } = await client.welcomed();
      return Object.assign(client, { key, ...device! });
    },
    async again({ key, device, person }) {
      const client = await open({ origin });
      client.hello({ kind: 'device', device });
      const { prove } = await client.frame(isPrompt);
      client.send({ proof: { signature: key.prove(prove.nonce) } });
      await client.welcomed();
      return Object.assign(client, { key, device, person });
    },
    async remove() {
      for (const client of clients) client.socket.terminate();
      await server.close();
      test.remove();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
