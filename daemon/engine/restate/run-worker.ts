import type { Failure } from '../../../shared/failure.ts';
import type { NodeKey } from '../../../shared/workflow/definition.ts';
import type { RunInfo, Services } from '../../actions/action.ts';
import { brokenBy } from '../compile.ts';
import { readBody, type Pinned } from '../definitions.ts';
import { interpret } from '../interpret.ts';
import type { JournaledRun } from '../journaled.ts';
import type { EmbeddedOptions } from '../options.ts';
import type { OutputLine } from '../step-logs.ts';
import { surroundings, type SurroundingsOptions } from '../surroundings.ts';
import { calledRun } from './called-run.ts';
import type { RunLog } from './run-log.ts';
import type { RunsHere } from './runs-here.ts';
import type { Stretch } from './stretch.ts';
import { openWorker, type Worker, type WorkerOptions } from './worker.ts';
import { workOn, type Outcome } from './working.ts';

/** A worker that runs workflows: what it has for Restate, and what steps have around them. */
export interface RunWorkerOptions
  extends Omit<WorkerOptions, 'begin' | 'done'>, Omit<SurroundingsOptions, 'journal' | 'services' | 'clock'> {
  /** The journal of the worker; actions and services may be made with it before. */
  here: RunsHere;
  /** The means of one step of one run. */
  services(run: RunInfo, node: NodeKey): Services;
  /** The inputs of a called run with each path as it really is, on this machine. Throws `input.outside`. */
  paths?: EmbeddedOptions['paths'];
  /** Told of each line that a step says, redacted. */
  output?(line: OutputLine): void;
}

/**
 * Opens a worker that does the steps of runs: personas, budgets and secrets are those of this machine, and hold where the
 * step runs. Throws `restate.missing`.
 */
export function openRunWorker(options: RunWorkerOptions): Promise<Worker> {
  const { here } = options;
  const known = new Map<string, { pinned: Pinned; broken: Failure | undefined }>();
  /** What is registered does not change in a worker's life, so each definition is read and checked once. */
  const pinnedOf = (body: string): { pinned: Pinned; broken: Failure | undefined } => {
    let read = known.get(body);
    if (!read) {
      const pinned = readBody(body);
      read = { pinned, broken: brokenBy(pinned, options) };
      known.set(body, read);
    }
    return read;
  };
  const run = (log: RunLog, durable: JournaledRun, signal: AbortSignal): Promise<Outcome> => {
    const { pinned, broken } = pinnedOf(log.body);
    const row = log.runRow!;
    if (broken) return Promise.resolve({ type: 'run.suspended', node: '', payload: { failure: broken } });
    const info: RunInfo = {
      id: row.run,
      title: row.title,
      startedAt: row.startedAt,
      by: durable.started.payload.by.name,
      state: () => log.state!,
    };
    const context = surroundings({
      row,
      durable,
      info,
      pinned,
      // A worker does not know to what people agreed at the hub; only a dry run begins without that.
      trusted: !row.dryRun,
      options: { ...options, journal: here },
      output: (line) => options.output?.(line),
    });
    return interpret(pinned.definition, context, durable, signal);
  };
  return openWorker({
    ...options,
    begin(log: RunLog, stretch: Stretch, means) {
      here.enter(log, stretch);
      const { hub, clock, redact, paths } = options;
      return workOn({
        stretch,
        means,
        clock,
        child: (parent, request) => calledRun(log, parent, request, { hub, now: clock.now(), redact, paths }),
        interpret: (durable, signal) => run(log, durable, signal),
      });
    },
    done: (stretch) => here.leave(stretch),
  });
}
