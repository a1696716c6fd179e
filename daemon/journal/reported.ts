import { isDeepStrictEqual } from 'node:util';
import { fail, type StagebookError } from '../../shared/failure.ts';
import type { EventType, NewEvent, RunEvent } from '../../shared/run/event.ts';

/** An event as another engine recorded it: its place in its run, its time and its epoch are that engine's. */
export type ReportedEvent<T extends EventType = EventType> = {
  [K in T]: NewEvent<K> & { seq: number; attempt: number; epoch: number; at: number };
}[T];

/** Whether two records of one place in a run say something else. */
export function differs(reported: ReportedEvent, recorded: RunEvent): boolean {
  return !isDeepStrictEqual(said(reported), said(recorded));
}

/** As JSON keeps it: what is undefined is not there. */
function said({ type, node, attempt, epoch, at, payload }: ReportedEvent | RunEvent): unknown {
  return JSON.parse(JSON.stringify({ type, node, attempt, epoch, at, payload }));
}

/** A run whose events are recorded somewhere else than this was about to. */
export function elsewhere(run: string): StagebookError {
  return fail(
    'conflict',
    'run.elsewhere',
    `Run ${run} works on another engine. Give the daemon its "restate" settings back in config.yaml, and try again.`,
  );
}

export function unknownHere(run: string): StagebookError {
  return fail('not-found', 'ingest.run', `This hub has started no run ${run} on another engine.`);
}

export function gap(run: string, expected: number): StagebookError {
  return fail('conflict', 'ingest.gap', `Of run ${run} event ${expected} is missing. Report from there on.`, {
    data: { expected },
  });
}

export function conflict(run: string, { seq, type }: ReportedEvent): StagebookError {
  return fail(
    'conflict',
    'ingest.conflict',
    `Event ${seq} of run ${run} is on record, and it is not the ${type} of this report. Nothing was changed.`,
    { data: { seq } },
  );
}
