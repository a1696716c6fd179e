import { StagebookError } from '../../../shared/failure.ts';
import { isObject } from '../../../shared/json.ts';
import type { Recollection, Reported } from './messages.ts';

/**
 * Tells a hub, and before that what it lacks: one that was restored from a backup has forgotten what it was told after it, and
 * says from where on. `recollect` gives that out of the run's log. Throws what `report` throws, when there is no way on.
 */
export async function reportAll(
  reported: Reported,
  report: (reported: Reported) => Promise<void>,
  recollect: (run: string, from: number) => Promise<Recollection>,
): Promise<void> {
  const { run } = reported;
  for (let told = 0; ;) {
    try {
      return await report(reported);
    } catch (error) {
      const from = lackingFrom(error);
      if (from === undefined || from <= told) throw error;
      const recollection = await recollect(run, from);
      // Not kept yet, as its stretch of work goes on; or a run of which this hub has never heard.
      if (recollection.events.length === 0 || !(knows(error) || recollection.begin)) throw error;
      await report({ run, ...recollection });
      told = from;
    }
  }
}

/** The first event that the hub wants; undefined when it wants something else. */
function lackingFrom(error: unknown): number | undefined {
  if (!(error instanceof StagebookError)) return undefined;
  if (!knows(error)) return 1;
  const { data } = error.failure;
  return error.code === 'ingest.gap' && isObject(data) ? Number(data.expected) : undefined;
}

function knows(error: unknown): boolean {
  return !(error instanceof StagebookError && error.code === 'ingest.run');
}
