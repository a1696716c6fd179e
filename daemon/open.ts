import { join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { toFailure } from '../shared/failure.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { isDbGraph } from '../shared/logseq-graph.ts';
import { openAlerts } from './alerts/open.ts';
import type { Action } from './actions/action.ts';
import { agentRun } from './actions/agent-run.ts';
import { mcpCall } from './actions/mcp-call.ts';
import { agentsOf } from './agent/wire.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { catalogueOf } from './engine/compile.ts';
import { createEngine } from './engine/embedded.ts';
import type { Policy } from './engine/options.ts';
import type { Engine } from './engine/engine.ts';
import { openFolder } from './graph/folder.ts';
import { openGateway, type OpenGateway } from './gateway/open.ts';
import { createGraphs } from './graph/graphs.ts';
import { openHttpApi, type HttpApi } from './graph/http-api.ts';
import type { Graph } from './graph/graph.ts';
import { lookAgain } from './incidents/look-again.ts';
import { incidentDesk } from './incidents/desk.ts';
import { sqliteIncidents, type IncidentBooks } from './journal/incidents.ts';
import { checkCall } from './mcp/check-call.ts';
import { askTool } from './mcp/ask-tool.ts';
import { openServers } from './mcp/open-servers.ts';
import type { McpServers } from './mcp/servers.ts';
import { toolPort } from './mcp/tool-port.ts';
import { sqliteBlockMemory } from './journal/block-memory.ts';
import { openDatabase } from './journal/database.ts';
import { sqliteNoticeStore } from './journal/notice-store.ts';
import { sqlitePersonas } from './journal/personas.ts';
import { sqliteOutboxStore } from './journal/outbox-store.ts';
import { SqliteJournal } from './journal/sqlite.ts';
import { sqliteStepLogs } from './journal/step-logs.ts';
import { claimDirectory } from './lock.ts';
import { openHub, type Hub } from './hub/open.ts';
import { createMeans } from './means.ts';
import { channelsOf } from './notices/channels.ts';
import { createNotices, type NoticeService } from './notices/notices.ts';
import { pageKinds } from './pages/index.ts';
import { createPageService, type PageService } from './graph/page-service.ts';
import { Agents } from './people/agents.ts';
import { People } from './people/people.ts';
import { Plugins } from './people/plugins.ts';
import { TerminalKeys } from './people/terminal-key.ts';
import { budgetLimit } from './personas/budget-limit.ts';
import { knownPersonas, type KnownPersonas } from './personas/known.ts';
import { loadPersonaPages } from './personas/load.ts';
import { openToolCalls } from './personas/open-tool-calls.ts';
import type { ToolCalls } from './personas/tool-calls.ts';
import { primitives } from './primitives/index.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { createRehearser } from './rehearsal/rehearser.ts';
import { localClient } from './server/client.ts';
import { keepReviewing } from './review/keep.ts';
import { openReview } from './review/open-review.ts';
import { askOutside } from './review/outside-world.ts';
import { openRepositories } from './review/repositories.ts';
import type { Review } from './review/service.ts';
import { observe, type Observation } from './observe/observe.ts';
import { listenHttp, type Http, type Route } from './server/http.ts';
import { serveLocal } from './server/local.ts';
import type { ServerMeans } from './server/office.ts';
import { openServer, type Server } from './server/server.ts';
import { keepTimes } from './schedule.ts';
import { registries, shippedHashes } from './registered.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { openSources } from './telemetry-sources/sources.ts';
import { packageVersion } from './version.ts';
import { calledPages, SHIPPED, shippedDefinitions } from './workflows.ts';

/** A Stagebook that works: everything open, in one process, on one data directory. */
export interface Daemon {
  config: Config;
  engine: Engine;
  journal: SqliteJournal;
  database: Database.Database;
  people: People;
  keys: TerminalKeys;
  plugins: Plugins;
  agents: Agents;
  pages: PageService;
  /** Messages on their way to people. */
  notices: NoticeService;
  /** Incidents and alerts, as they are on record. */
  incidents: IncidentBooks;
  /** The review of graphs. */
  review: Review;
  /** Does what a reading step does, outside of any run: asks a source again. Throws `action.not_a_read`. */
  lookAgain(uses: string, settings: JsonObject): Promise<Json>;
  /** The MCP servers of the configuration. */
  servers: McpServers;
  /** The personas there are, those that people trusted of their own pages among them. */
  personas: KnownPersonas;
  /** Tools for models and agents: offered, called and recorded as a persona in a stage. */
  toolCalls: ToolCalls;
  /** Stagebook as an MCP server for people's own agents. */
  gateway: OpenGateway;
  secrets: Secrets;
  redactor: Redactor;
  /** The graph in a folder, whose id is the folder, or one that Logseq has open, by the best way there is now. */
  graph(id: string): Promise<Graph>;
  /** Starts trusted workflows of the configured graphs at their times, until the daemon closes. */
  keepTimes(onProblem: (title: string, error: unknown) => void): Promise<void>;
  sandboxLevel(): Promise<{ level: string; why: string }>;
  /** Where plugins and panels connect; undefined when no port was asked for. */
  server?: Server;
  /** Lets go of everything in the reverse order; every run stays resumable. */
  close(): Promise<void>;
}

export interface OpenOptions {
  policy?: Partial<Policy>;
  environment?: Readonly<Record<string, string | undefined>>;
  /** Only looks: nothing is claimed, no run goes on, nobody can connect. Another process may have the directory meanwhile. */
  passive?: boolean;
  /** Also serves plugins and panels, on this port of 127.0.0.1; 0 takes a free one. */
  port?: number;
  /** Told of what stands in the way and needs a person, as an HTTP server of Logseq that lets everybody in. */
  onProblem?(problem: string): void;
  /** A run was let go because the journal failed. */
  onInterrupted?(run: string, error: unknown): void;
}

/** So many incidents the index looks back on. */
const MOST_INCIDENTS = 1_000;

/**
 * Opens a data directory: claim, journal, people, graphs, engine; then goes on with what was active. Throws
 * `daemon.running` when another process has it, `journal.newer`, `config.invalid`.
 */
export async function openDaemon(config: Config, options: OpenOptions = {}): Promise<Daemon> {
  const release: (() => void | Promise<void>)[] = [];
  try {
    if (!options.passive) release.push(claimDirectory(config.home));
    const database = openDatabase(join(config.home, 'journal.db'));
    release.push(() => void database.close());
    const { serve, watch, doors, hub, ...daemon } = await assemble(config, database, options, release);
    if (options.passive) return daemon;
    // The port first: nothing begins to run where nobody could see it.
    const http = options.port === undefined ? undefined : await listenHttp(options.port);
    if (http) release.push(() => http.close());
    // Before the first run goes on, so that nothing of it is missed.
    const observation = http && (await watch());
    if (observation) release.push(() => observation.close());
    await daemon.engine.open();
    daemon.pages.open();
    daemon.notices.open();
    const server = http && serve(http, [...(observation?.routes ?? []), ...(hub?.routes ?? []), ...(await doors())]);
    hub?.open();
    if (server) release.push(() => server.close());
    release.push(() => daemon.gateway.close());
    release.push(await serveLocal(daemon.engine, config.home, server?.desk, daemon.gateway.local));
    return { ...daemon, ...(server ? { server } : {}) };
  } catch (error) {
    await releaseAll(release);
    throw error;
  }
}

async function assemble(
  config: Config,
  database: Database.Database,
  options: OpenOptions,
  release: (() => void | Promise<void>)[],
): Promise<
  Daemon & {
    serve(http: Http, routes?: readonly Route[]): Server;
    watch(): Promise<Observation>;
    /** Where alerts and webhooks come in. */
    doors(): Promise<Route[]>;
    hub?: Hub;
  }
> {
  const clock = systemClock;
  const { actions: registered, personas: shippedPersonas, page } = registries();
  const journal = new SqliteJournal(database, clock);
  const books = sqliteIncidents(database);
  const redactor = createRedactor();
  const redact = <T>(value: T): T => redactor.redact(value);
  const secrets = createSecrets(options.environment ?? process.env, redactor);
  const people = new People(database, clock);
  const notices = createNotices({
    store: sqliteNoticeStore(database),
    channels: channelsOf(config.notify, { clock, services: { fetch }, readSecret: (name) => secrets.read(name) }),
    clock,
    ...(options.onProblem ? { onProblem: options.onProblem } : {}),
  });
  release.push(() => notices.close());
  const hub =
    config.restate &&
    openHub(config.restate, startsAt(config, options), {
      database,
      journal,
      clock,
      readSecret: (name) => secrets.read(name),
      pages: (run) => pages.of(run),
      notices,
      ...(options.onProblem ? { onProblem: options.onProblem } : {}),
    });
  if (hub) release.push(() => hub.close());
  /** As everything that decides for runs sees the journal: some of them may work elsewhere. */
  const runs = hub?.journal ?? journal;
  const ask = askTool(() => servers);
  const means = createMeans(config, database, journal, secrets, notices, ask);
  release.push(() => means.close());
  const servers = openServers(config, clock, database, journal, secrets);
  release.push(() => servers.close());
  const toolCalls = openToolCalls(runs, () => engine, {
    personas: () => personas.shapes(),
    servers,
    redact: (value) => redactor.redact(value),
  });
  const models = agentsOf(config.models ?? {}, { journal: runs, secrets, redactor, toolCalls, actions: () => actions });
  const actions: ReadonlyMap<string, Action> = new Map(registered)
    .set('mcp.call', mcpCall(toolPort(servers)))
    .set('agent.run', agentRun(models));
  const personas = knownPersonas(
    loadPersonaPages(join(SHIPPED, 'personas')),
    sqlitePersonas(database, journal),
    actions,
  );

  const engine = createEngine({
    journal: runs,
    elsewhere: (run) => journal.isRemote(run),
    clock,
    primitives,
    actions,
    personas: () => personas.shapes(),
    overBudget: budgetLimit(servers, clock),
    page,
    services: (run, node) => ({
      ...means.services(run, node, pages),
      incidents: incidentDesk({ journal: runs, books, clock, redact }, run, node),
    }),
    secrets,
    redact,
    redactPiece: (piece) => redactor.redactPiece(piece),
    logs: sqliteStepLogs(database, clock),
    shipped: shippedHashes(shippedPersonas),
    owner: (device, publicKey) => people.owner(device, publicKey),
    policy: { trust: true, signToStart: config['sign-to-start'] ?? true, ...options.policy },
    endSurvivors: () => means.endSurvivors(),
    ...(options.onInterrupted ? { onInterrupted: options.onInterrupted } : {}),
  });

  const graphs = createGraphs({
    clock,
    folders: config.graphs ?? [],
    openFolder,
    ...(config.logseq && !options.passive ? { http: logseqOverHttp(config.logseq, secrets) } : {}),
    wake: (id) => pages.wake(id),
    ...(options.onProblem ? { onProblem: options.onProblem } : {}),
  });
  // At a command line a folder may be said as seen from here.
  const graph = (id: string): Promise<Graph> => graphs.open(isDbGraph(id) ? id : resolve(id));
  const pages = createPageService({
    store: sqliteOutboxStore(database),
    memory: sqliteBlockMemory(database),
    clock,
    kinds: pageKinds,
    zone: config.zone,
    graph,
    runs: {
      state: (run) => engine.state(run),
      definition: (run) => engine.definition(run),
      events: (run) => journal.events(run),
      since: (pos, limit) => journal.since(pos, limit),
    },
    incidents: (id) => books.list({ graph: id, limit: MOST_INCIDENTS }),
  });
  engine.subscribe({ events: (events) => pages.note(events) });
  release.push(() => graphs.close());
  release.push(() => pages.close());
  release.push(() => engine.close());

  const keys = new TerminalKeys(config.home, people, clock);
  const plugins = new Plugins(database, clock);
  const agents = new Agents(database, clock);
  const gateway = openGateway(
    {
      engine,
      journal: runs,
      toolCalls,
      personas: () => personas.shapes(),
      subscribe: (events) => engine.subscribe({ events }),
      pages: (run) => pages.of(run),
      graph: async (id) => {
        const known = id ?? graphs.list()[0]?.id;
        return known === undefined ? undefined : graph(known);
      },
      redact: (value) => redactor.redact(value),
      version: packageVersion(),
    },
    agents,
    clock,
  );
  const doors = (): Promise<Route[]> =>
    openAlerts(config, {
      engine,
      journal: runs,
      books,
      clock,
      graph,
      shipped: [...new Set(shippedDefinitions().values())],
      called: (definition, from) => calledPages({ name: '', parsed: { definition } }, from),
      readSecret: (name) => secrets.read(name),
      redact,
      onProblem: (title, error) => options.onProblem?.(`${title}: ${toFailure(error).message}`),
    });
  const watch = (): Promise<Observation> =>
    observe(config, { engine, database, clock, secrets, version: packageVersion() });
  const registry = {
    primitives,
    actions,
    page,
    get personas() {
      return personas.shapes();
    },
  };
  const rehearsals = createRehearser({
    engine: localClient(engine),
    journal,
    database,
    servers,
    secrets,
    clock,
    registered: registry,
  });
  const listening: { server?: Server } = {};
  const repositories = config.review?.repositories && openRepositories(config.review.repositories);
  // Pages choose the names, so nobody is asked unless somebody wants it.
  const outside = config.review?.outside === true ? askOutside({ clock, services: means.sourcesOnly() }) : {};
  const review = openReview({
    database,
    clock,
    zone: config.zone,
    engine,
    graph,
    sources: openSources(config.sources, (name) => secrets.read(name), ask),
    panel: () => listening.server?.panel,
    stage: registry,
    repositories: config.review?.repositories,
    ports: () => ({
      catalogue: { ...catalogueOf({ primitives, actions }, personas.shapes(), page), toolTrouble: checkCall(servers) },
      workflows: () => new Set(shippedDefinitions().values()),
      ...(repositories && { repositories }),
      ...outside,
      // One that is stale says nothing of the workflow as it is.
      rehearsed: (hash, definition, called) => {
        const standing = rehearsals.standing({ hash, definition, pages: called });
        return standing && standing.stale.length === 0 ? standing.at : null;
      },
    }),
  });
  const serve = (http: Http, routes: readonly Route[] = []): Server => {
    const serverMeans: ServerMeans = {
      config,
      clock,
      engine,
      journal,
      database,
      people,
      plugins,
      agents,
      keys,
      actions,
      personas,
      servers,
      catalogue: (called) => ({
        ...catalogueOf({ primitives, actions }, personas.shapes(), (name) => called[name] ?? page(name)),
        toolTrouble: checkCall(servers),
      }),
      sandboxLevel: () => means.sandboxLevel(),
      rehearsed: (piece) => rehearsals.standing(piece),
      review,
      redact,
      graphs,
      notices,
    };
    const mcp = gateway.http({ port: http.port, origins: config.origins ?? [] });
    listening.server = openServer(http, serverMeans, undefined, [...routes, mcp]);
    return listening.server;
  };

  return {
    ...(hub ? { hub } : {}),
    doors,
    incidents: books,
    lookAgain: (uses, settings) => lookAgain(actions, uses, settings, means.sourcesOnly(), clock),
    config,
    engine,
    journal,
    database,
    people,
    keys,
    plugins,
    agents,
    gateway,
    serve,
    watch,
    pages,
    notices,
    review,
    servers,
    personas,
    toolCalls,
    secrets,
    redactor,
    graph,
    keepTimes: async (onProblem) => {
      const graphFolders = config.graphs ?? [];
      release.push(await keepTimes({ engine, journal: runs, clock, graphs: graphFolders, open: graph, onProblem }));
      const { review: settings, zone } = config;
      const kept = { settings, zone, clock, engine, journal, graphs: graphFolders, open: graph, review, rehearsals };
      release.push(await keepReviewing({ ...kept, onProblem }));
    },
    sandboxLevel: () => means.sandboxLevel(),
    close: () => releaseAll(release),
  };
}

/** Runs that work elsewhere report to the daemon's port: without one none may begin there. */
function startsAt({ engine }: Config, { port }: OpenOptions): 'here' | 'there' | 'nowhere' {
  if (engine !== 'restate') return 'here';
  return port === undefined ? 'nowhere' : 'there';
}

/** In the reverse order of opening; the first error is thrown when everything has had its turn. */
async function releaseAll(release: (() => void | Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const give of release.splice(0).toReversed()) {
    try {
      await give();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Logseq's own HTTP server, with its token from the person's secrets. */
function logseqOverHttp({ url, token }: NonNullable<Config['logseq']>, secrets: Secrets): HttpApi {
  return openHttpApi({ ...(url === undefined ? {} : { url }), token: () => secrets.read(token ?? 'LOGSEQ_API_TOKEN') });
}
