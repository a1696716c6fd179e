import { hostname } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Action, RunInfo, Services } from '../actions/action.ts';
import { agentRun } from '../actions/agent-run.ts';
import { mcpCall } from '../actions/mcp-call.ts';
import { agentsOf } from '../agent/wire.ts';
import { systemClock } from '../clock.ts';
import { closeAll, type Closing } from '../closing.ts';
import type { Config } from '../config.ts';
import { readBody } from '../engine/definitions.ts';
import { openRunWorker } from '../engine/restate/run-worker.ts';
import { RunsHere } from '../engine/restate/runs-here.ts';
import { hubLink } from '../hub/report.ts';
import { openDatabase } from '../journal/database.ts';
import { sqlitePersonas } from '../journal/personas.ts';
import { SqliteJournal } from '../journal/sqlite.ts';
import { sqliteStepLogs } from '../journal/step-logs.ts';
import { claimDirectory } from '../lock.ts';
import { openServers } from '../mcp/open-servers.ts';
import { toolPort } from '../mcp/tool-port.ts';
import { createMeans } from '../means.ts';
import { budgetLimit } from '../personas/budget-limit.ts';
import { resolvePaths } from '../paths.ts';
import { knownPersonas } from '../personas/known.ts';
import { openToolCalls } from '../personas/open-tool-calls.ts';
import { loadPersonaPages } from '../personas/load.ts';
import { createRedactor, type Redactor } from '../secrets/redact.ts';
import { pageKinds, registries } from '../registered.ts';
import { createSecrets } from '../secrets/secrets.ts';
import { SHIPPED } from '../workflows.ts';
import { workerDesk } from './incident-desk.ts';
import { workerNotices } from './notices.ts';
import { workerPages } from './pages.ts';
import { refusedReports } from './refused-reports.ts';

const REFUSED =
  'A run was told something that was not sealed with the token of this worker, and did not take it. Either somebody else reaches Restate’s ingress, or the hub has another token: the secret that restate.hub.token names must have the same value for both.';

/** A worker: does the steps of a hub's runs, wherever it is. */
export interface StepWorker {
  hub: string;
  /** What Restate calls. */
  uri: string;
  redactor: Redactor;
  /**
   * Asks the hub whether it takes this worker, and tells Restate of its address as soon as it is there. Throws `worker.token`,
   * `worker.hub`, `restate.refused`.
   */
  register(): Promise<void>;
  /** How many runs work here now. */
  working(): number;
  /** What works here goes on elsewhere; nothing of it is lost. */
  close(): Promise<void>;
}

export interface StepWorkerOptions {
  environment?: Readonly<Record<string, string | undefined>>;
  /** The name by which the hub knows it; the machine's by default. */
  name?: string;
  /** Of 127.0.0.1, instead of the configured one; 0 takes a free one. */
  port?: number;
  /** Instead of what is configured, as registered with Restate. */
  uri?: string;
  /** Told once of each thing that this worker waits for, or that somebody has to mend. */
  onProblem?(problem: string): void;
}

/**
 * Opens a worker on a data directory of its own: personas, budgets and secrets that hold are this machine's. Throws
 * `worker.not_configured`, `restate.missing`, `daemon.running`, `secret.missing`.
 */
export async function openStepWorker(config: Config, options: StepWorkerOptions = {}): Promise<StepWorker> {
  const { restate } = config;
  if (!restate) {
    const wanted = 'engine: restate and restate: { ingress, admin, hub: { id, url, token } }';
    throw fail('invalid', 'worker.not_configured', `A worker needs to know its Restate and its hub: ${wanted}.`);
  }
  const release: Closing[] = [];
  try {
    release.push(claimDirectory(config.home));
    const clock = systemClock;
    const database = openDatabase(join(config.home, 'journal.db'));
    release.push(() => void database.close());
    const own = new SqliteJournal(database, clock);
    release.push(() => own.close());
    const redactor = createRedactor();
    const redact = <T>(value: T): T => redactor.redact(value);
    const secrets = createSecrets(options.environment ?? process.env, redactor);
    const token = await secrets.read(restate.hub.token);
    const here = new RunsHere();
    const means = createMeans(config, database, here, secrets);
    release.push(() => means.close());
    // Before anything is verified: what a former life of this worker left running must not act meanwhile.
    await means.endSurvivors();
    const servers = openServers(config, clock, database, own, secrets);
    release.push(() => servers.close());
    const { primitives, actions: registered } = registries();
    const toolCalls = openToolCalls(here, () => here, { personas: () => personas.shapes(), servers, redact });
    const models = agentsOf(config.models ?? {}, {
      journal: here,
      secrets,
      redactor,
      toolCalls,
      actions: () => actions,
    });
    const actions: ReadonlyMap<string, Action> = new Map(registered)
      .set('mcp.call', mcpCall(toolPort(servers)))
      .set('agent.run', agentRun(models));
    const shipped = loadPersonaPages(join(SHIPPED, 'personas'));
    const personas = knownPersonas(shipped, sqlitePersonas(database, own), actions);
    const control = new AbortController();
    const { signal } = control;
    const said = new Set<string>();
    const complain = (problem: string): void => {
      if (!said.has(problem)) options.onProblem?.(problem);
      said.add(problem);
    };
    const hub = hubLink(restate.hub, {
      node: options.name ?? hostname(),
      token: () => Promise.resolve(token),
      onUnlike: complain,
    });
    const reports = refusedReports(restate.hub, complain);
    const desk = workerDesk({ journal: here, hub, redact, signal });
    const channels = new Set(Object.keys(config.notify ?? {}));
    const logs = sqliteStepLogs(database, clock);
    release.push(() => logs.flush());
    const services = (run: RunInfo, node: string): Services => {
      const tell = (key: string, deed: JsonObject): Promise<void> => here.tell(run.id, { key, deed });
      const pages = workerPages(
        {
          kinds: pageKinds,
          zone: config.zone,
          definition: () => readBody(here.definition(run.state().definition)!).definition,
          events: () => here.events(run.id),
          tell,
          hub,
          signal,
        },
        run,
        node,
      );
      return {
        ...means.services(run, node, { of: () => pages }),
        notices: workerNotices(channels, tell),
        incidents: desk(run, node),
      };
    };
    const worker = await openRunWorker({
      hub: restate.hub.id,
      token,
      restate: {
        ingress: restate.ingress,
        admin: restate.admin,
        ...(restate.identity ? { identity: restate.identity } : {}),
      },
      port: options.port ?? restate.worker?.port ?? 0,
      ...((options.uri ?? restate.worker?.uri) === undefined ? {} : { uri: options.uri ?? restate.worker!.uri! }),
      ...(restate.worker?.settle === undefined ? {} : { settleMs: parseDuration(restate.worker.settle) }),
      clock,
      refused: () => complain(REFUSED),
      report: async (reported) => {
        try {
          await hub.report(reported);
          reports.taken(reported.run);
        } catch (error) {
          reports.refused(reported.run, error);
          throw error;
        }
      },
      here,
      primitives,
      actions,
      personas: () => personas.shapes(),
      overBudget: budgetLimit(servers, clock),
      services,
      secrets,
      redact,
      paths: (definition, inputs) => resolvePaths(definition, inputs, { from: config.home, roots: config.roots }),
      redactPiece: (piece) => redactor.redactPiece(piece),
      output: (line) => logs.add(line),
    });
    release.push(() => worker.close());
    release.push(() => control.abort(new Error('the worker ends')));
    return {
      hub: restate.hub.id,
      uri: worker.uri,
      redactor,
      async register() {
        const trouble = await hub.greet();
        if (trouble !== undefined) complain(trouble);
        await worker.register(complain);
      },
      working: () => worker.stretches().length,
      close: () => closeAll(release),
    };
  } catch (error) {
    // Why it could not be opened is what people have to know, also when something cannot be let go of.
    await closeAll(release).catch(() => undefined);
    throw error;
  }
}
