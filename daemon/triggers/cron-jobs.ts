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

/** Does jobs at their times, one after the other. A time that passed while nobody was up is made up for once. */
export async function keepJobs(jobs: readonly CronJob[], { clock, marks, onProblem }: Options): Promise<() => void> {
  let cancel = (): void => undefined;
  let ended = false;
  const pass = async (): Promise<void> => {
    const now = clock.now();
    let next = Infinity;
    for (const { name, cron, zone, run } of jobs) {
      const times = new Cron(cron, { timezone: zone });
      const since = marks.get(name);
      const due = since === undefined ? undefined : times.nextRun(new Date(since))?.getTime();
      // The mark first: whatever fails is done at its next time, and never in a loop.
      await marks.set(name, now);
      if (due !== undefined && due <= now) await run().catch((error: unknown) => onProblem(name, error));
      next = Math.min(next, times.nextRun(new Date(now))?.getTime() ?? Infinity);
    }
    if (!ended && next !== Infinity) cancel = clock.at(next, again);
  };
  const again = (): void => {
    pass().catch((error: unknown) => onProblem('jobs', error));
  };
  await pass();
  return () => {
    ended = true;
    cancel();
  };
}
