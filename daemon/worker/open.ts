import { hostname } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { systemClock } from '../clock.ts';
import { closeAll, type Closing } from '../closing.ts';
import type { Config } from '../config.ts';
import { openRunWorker, type RunWorkerOptions } from '../engine/restate/run-worker.ts';
import { RunsHere } from '../engine/restate/runs-here.ts';
import { hubLink } from '../hub/report.ts';
import { openDatabase } from '../journal/database.ts';
import { SqliteJournal } from '../journal/sqlite.ts';
import { sqliteStepLogs } from '../journal/step-logs.ts';
import { claimDirectory } from '../lock.ts';
import { createMeans } from '../means.ts';
import { resolvePaths } from '../paths.ts';
import { createRedactor, type Redactor } from '../secrets/redact.ts';
import { createSecrets } from '../secrets/secrets.ts';
import { abilitiesOf } from './abilities.ts';
import { refusedReports } from './refused-reports.ts';
import { workerServices } from './services.ts';

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
    const { close: endServers, ...abilities } = abilitiesOf({ config, clock, database, own, here, secrets, redactor });
    release.push(endServers);
    const control = new AbortController();
    const complain = once((problem) => options.onProblem?.(problem));
    const hub = hubLink(restate.hub, {
      node: options.name ?? hostname(),
      token: () => Promise.resolve(token),
      onUnlike: complain,
    });
    const reports = refusedReports(restate.hub, complain);
    const logs = sqliteStepLogs(database, clock);
    release.push(() => logs.flush());
    const services = workerServices({ config, here, means, hub, redact, signal: control.signal });
    const worker = await openRunWorker({
      ...placeOf(restate, options),
      token,
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
      ...abilities,
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

/** Where the worker is, and where Restate is. */
function placeOf(
  { ingress, admin, identity, hub, worker }: NonNullable<Config['restate']>,
  options: StepWorkerOptions,
): Pick<RunWorkerOptions, 'hub' | 'restate' | 'port' | 'uri' | 'settleMs'> {
  const uri = options.uri ?? worker?.uri;
  return {
    hub: hub.id,
    restate: { ingress, admin, ...(identity ? { identity } : {}) },
    port: options.port ?? worker?.port ?? 0,
    ...(uri === undefined ? {} : { uri }),
    ...(worker?.settle === undefined ? {} : { settleMs: parseDuration(worker.settle) }),
  };
}

/** Tells each thing once. */
function once(tell: (problem: string) => void): (problem: string) => void {
  const said = new Set<string>();
  return (problem) => {
    if (!said.has(problem)) tell(problem);
    said.add(problem);
  };
}
