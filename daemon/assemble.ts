import { join, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { toFailure } from '../shared/failure.ts';
import { isDbGraph } from '../shared/logseq/graph.ts';
import type { Catalogue } from '../shared/workflow/role.ts';
import { openAlerts } from './alerts/open.ts';
import type { Action } from './actions/action.ts';
import { agentRun } from './actions/agent-run.ts';
import { mcpCall } from './actions/mcp-call.ts';
import { agentsOf } from './agent/wire.ts';
import { systemClock } from './clock.ts';
import { closeAll, type Closing } from './closing.ts';
import type { Config } from './config.ts';
import type { Daemon, OpenOptions } from './daemon.ts';
import { catalogueOf } from './engine/compile.ts';
import { createEngine } from './engine/embedded.ts';
import type { CalledPages } from './engine/engine.ts';
import { openFolder } from './graph/folder.ts';
import { openGateway } from './gateway/open.ts';
import { createGraphs } from './graph/graphs.ts';
import { openHttpApi, type HttpApi } from './graph/http-api.ts';
import type { Graph } from './graph/graph.ts';
import { lookAgain } from './incidents/look-again.ts';
import { incidentDesk } from './incidents/desk.ts';
import { sqliteIncidents } from './journal/incidents.ts';
import { checkCall } from './mcp/check-call.ts';
import { askTool } from './mcp/ask-tool.ts';
import { openServers } from './mcp/open-servers.ts';
import { toolPort } from './mcp/tool-port.ts';
import { sqliteBlockMemory } from './journal/block-memory.ts';
import { sqliteNoticeStore } from './journal/notice-store.ts';
import { sqlitePersonas } from './journal/personas.ts';
import { sqliteOutboxStore } from './journal/outbox-store.ts';
import { SqliteJournal } from './journal/sqlite.ts';
import { sqliteStepLogs } from './journal/step-logs.ts';
import { openHub, type Hub } from './hub/open.ts';
import { createMeans } from './means.ts';
import { channelsOf } from './notices/channels.ts';
import { createNotices } from './notices/notices.ts';
import { pageKinds } from './pages/index.ts';
import { createPageService } from './graph/page-service.ts';
import { Agents } from './people/agents.ts';
import { People } from './people/people.ts';
import { Plugins } from './people/plugins.ts';
import { TerminalKeys } from './people/terminal-key.ts';
import { budgetLimit } from './personas/budget-limit.ts';
import { knownPersonas } from './personas/known.ts';
import { loadPersonaPages } from './personas/load.ts';
import { openToolCalls } from './personas/open-tool-calls.ts';
import { primitives } from './primitives/index.ts';
import { createRedactor } from './secrets/redact.ts';
import { openReviewing } from './review/reviewing.ts';
import { observe, type Observation } from './observe/observe.ts';
import { type Http, type Route } from './server/http.ts';
import { resolvePaths } from './paths.ts';
import type { ServerMeans } from './server/office.ts';
import { openServer, type Server } from './server/server.ts';
import { keepTimes } from './triggers/schedule.ts';
import { registries, shippedHashes } from './registered.ts';
import { createSecrets, type Secrets } from './secrets/secrets.ts';
import { openSources } from './telemetry-sources/sources.ts';
import { packageVersion } from './version.ts';
import { calledPages, SHIPPED, shippedDefinitions } from './workflows.ts';

/** So many incidents the index looks back on. */
const MOST_INCIDENTS = 1_000;

/** What only the opening needs: each is called at most once, in the order of `openDaemon`. */
interface Unopened {
  serve(http: Http, routes?: readonly Route[]): Server;
  watch(): Promise<Observation>;
  /** Where alerts and webhooks come in. */
  doors(): Promise<Route[]>;
  hub?: Hub;
}

/** Puts the parts of a daemon together; nothing works yet. What has to be let go of is pushed onto `closing`, in the order of opening. */
export async function assemble(
  config: Config,
  database: Database.Database,
  options: OpenOptions,
  closing: Closing[],
): Promise<Daemon & Unopened> {
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
  closing.push(() => notices.close());
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
  if (hub) closing.push(() => hub.close());
  /** As everything that decides for runs sees the journal: some of them may work elsewhere. */
  const runs = hub?.journal ?? journal;
  const ask = askTool(() => servers);
  const means = createMeans(config, database, journal, secrets, notices, ask);
  closing.push(() => means.close());
  const servers = openServers(config, clock, database, journal, secrets);
  closing.push(() => servers.close());
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
    paths: (definition, inputs) => resolvePaths(definition, inputs, { from: config.home, roots: config.roots }),
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
  closing.push(() => graphs.close());
  closing.push(() => pages.close());
  closing.push(() => engine.close());

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
      notices,
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
  const catalogue = (called: CalledPages = {}): Catalogue => ({
    ...catalogueOf({ primitives, actions }, personas.shapes(), (name) => called[name] ?? page(name)),
    toolTrouble: checkCall(servers),
  });
  const listening: { server?: Server } = {};
  const { review, rehearsals, keep } = openReviewing(config, {
    database,
    journal,
    clock,
    engine,
    graph,
    servers,
    secrets,
    catalogue,
    stage: registry,
    sources: openSources(config.sources, (name) => secrets.read(name), ask),
    services: means.sourcesOnly(),
    panel: () => listening.server?.panel,
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
      catalogue,
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
      closing.push(await keepTimes({ engine, journal: runs, clock, graphs: graphFolders, onProblem }));
      closing.push(await keep(onProblem));
    },
    sandboxLevel: () => means.sandboxLevel(),
    close: () => closeAll(closing),
  };
}

/** Runs that work elsewhere report to the daemon's port: without one none may begin there. */
function startsAt({ engine }: Config, { port }: OpenOptions): 'here' | 'there' | 'nowhere' {
  if (engine !== 'restate') return 'here';
  return port === undefined ? 'nowhere' : 'there';
}

/** Logseq's own HTTP server, with its token from the person's secrets. */
function logseqOverHttp({ url, token }: NonNullable<Config['logseq']>, secrets: Secrets): HttpApi {
  return openHttpApi({ ...(url === undefined ? {} : { url }), token: () => secrets.read(token ?? 'LOGSEQ_API_TOKEN') });
}
