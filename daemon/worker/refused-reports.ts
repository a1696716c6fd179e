import { StagebookError, toFailure } from '../../shared/failure.ts';
import type { HubAddress } from '../hub/ask-hub.ts';
import { refusalOf } from '../hub/report.ts';

/**
 * So often in a row the same run is refused before somebody hears of it, half a minute or so. What comes out of order (a called run
 * before its caller, or a hub that was just restored) has been taken by then.
 */
const PATIENCE = 12;

/** What the hub does not take of runs, as the worker tells it to people. */
export interface RefusedReports {
  refused(run: string, error: unknown): void;
  taken(run: string): void;
}

/** `tell` hears each thing once: of a worker that is not let in at once, else of a run that is refused again and again. */
export function refusedReports(hub: HubAddress, tell: (problem: string) => void): RefusedReports {
  const times = new Map<string, number>();
  return {
    refused(run, error) {
      const never = refusalOf(error, hub);
      if (never) return tell(never.message);
      if (!(error instanceof StagebookError) || error.failure.retryable) return;
      const count = (times.get(run) ?? 0) + 1;
      times.set(run, count);
      if (count === PATIENCE) tell(problemOf(run, error));
    },
    taken: (run) => void times.delete(run),
  };
}

function problemOf(run: string, error: StagebookError): string {
  const { message } = toFailure(error);
  const why =
    error.code === 'ingest.run'
      ? 'Another hub with the same restate.hub.id has begun it, or this one has lost its data directory: give each hub an id of its own, or restore its backup.'
      : 'Are hub and worker of one version?';
  return `${message} It is about run ${run}, which goes on; it is told again until the hub takes it. ${why}`;
}
