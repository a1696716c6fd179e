import { Cron } from 'croner';
import type { Clock } from '../clock.ts';
import type { TimeMarks } from './time-marks.ts';

/** Something of the daemon's own that is done at times. */
export interface CronJob {
  /** Under this its last time is kept over restarts. */
  name: string;
  /** Five fields, in `zone`. */
  cron: string;
  zone: string;
  run(): Promise<void>;
}

interface Options {
  clock: Clock;
  marks: TimeMarks;
  onProblem(name: string, error: unknown): void;
}

/** When a job is looked at again whose mark could not be kept, in milliseconds. */
const AGAIN_MS = 60_000;

/** Does jobs at their times, one after the other. A time that passed while nobody was up is made up for once. */
export async function keepJobs(jobs: readonly CronJob[], { clock, marks, onProblem }: Options): Promise<() => void> {
  let cancel = (): void => undefined;
  let ended = false;
  /** Does a job that is due; when it is to be looked at again. */
  const look = async ({ name, cron, zone, run }: CronJob, now: number): Promise<number> => {
    const times = new Cron(cron, { timezone: zone });
    try {
      const since = marks.get(name);
      const due = since === undefined ? undefined : times.nextRun(new Date(since))?.getTime();
      // The mark first: whatever fails is done at its next time, and never in a loop.
      await marks.set(name, now);
      if (due !== undefined && due <= now) await run().catch((error: unknown) => onProblem(name, error));
    } catch (error) {
      if (!ended) onProblem(name, error);
      return now + AGAIN_MS;
    }
    return times.nextRun(new Date(now))?.getTime() ?? Infinity;
  };
  const pass = async (): Promise<void> => {
    const now = clock.now();
    let next = Infinity;
    for (const job of jobs) {
      if (ended) return;
      next = Math.min(next, await look(job, now));
    }
    if (!ended && next !== Infinity) cancel = clock.at(next, () => void pass());
  };
  await pass();
  return () => {
    ended = true;
    cancel();
  };
}
