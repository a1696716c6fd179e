import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { keepJobs } from '../../../daemon/triggers/cron-jobs.ts';

it('a job whose mark cannot be kept is told of and looked at again, and holds up no other [core.engine.cron-kept]', async () => {
  const clock = new SimulatedClock(Date.UTC(2026, 2, 27, 8, 59));
  const marks = new Map<string, number>();
  const done: string[] = [];
  const problems: string[] = [];
  let isFull = false;
  const job = (name: string, cron: string) => ({
    name,
    cron,
    zone: 'UTC',
    run: () => Promise.resolve(void done.push(`${name} ${new Date(clock.now()).toISOString().slice(11, 16)}`)),
  });
  const stop = await keepJobs([job('review', '0 9 * * *'), job('rehearse', '0 9 * * *')], {
    clock,
    marks: {
      get: (name) => marks.get(name),
      set: (name, at) =>
        isFull && name === 'review'
          ? Promise.reject(new Error('disk full'))
          : Promise.resolve(void marks.set(name, at)),
    },
    onProblem: (name, error) => void problems.push(`${name}: ${String(error)}`),
  });
  const next = async (): Promise<void> => {
    clock.advanceTo(clock.next()!);
    await new Promise((resolve) => setImmediate(resolve));
  };
  isFull = true;
  await next();
  expect(problems).toEqual(['review: Error: disk full']);
  isFull = false;
  await next();
  await next();
  expect(done).toEqual(['rehearse 09:00', 'review 09:01', 'review 09:00', 'rehearse 09:00']);
  stop();
  expect(clock.next()).toBeUndefined();
});
