import { afterEach, expect, it } from 'vitest';
import { keepReviewing } from '../../../daemon/review/keep.ts';
import type { Rehearsal } from '../../../daemon/rehearsal/rehearsal.ts';
import type { Piece } from '../../../daemon/rehearsal/rehearser.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';

const DAY = 86_400_000;
let test: TestEngine;
afterEach(() => test.remove());

it('writes the review and rehearses at their times, also when nobody was up at one [review.schedule.times]', async () => {
  test = await createTestEngine();
  const { clock, engine, journal } = test;
  const done: string[] = [];
  const problems: string[] = [];
  const start = () =>
    keepReviewing({
      settings: {
        cron: '0 7 * * *',
        rehearse: [{ workflow: 'package-release', cron: '0 6 1 * *' }],
      },
      zone: 'UTC',
      clock,
      engine,
      journal,
      graphs: ['/notes'],
      open: () => Promise.reject(new Error('not wanted')),
      review: { writePage: (graph) => (done.push(`review ${graph}`), Promise.resolve('Review/x')) },
      rehearsals: {
        hold: ({ definition }: Piece) => {
          done.push(`rehearse ${definition.header.title}`);
          return Promise.resolve({ ok: true } as Rehearsal);
        },
      },
      onProblem: (name) => problems.push(name),
    });
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 10; n += 1) await test.settle();
  };
  let stop = await start();
  expect(done).toEqual([]);
  clock.advanceTo(clock.now() + DAY);
  await settle();
  expect(done).toEqual(['review /notes']);
  stop();
  // Three days nobody was up: once is enough.
  clock.advanceTo(clock.now() + 3 * DAY);
  await settle();
  stop = await start();
  expect(done).toEqual(['review /notes', 'review /notes']);
  // A graph that is away is no matter for a shipped workflow.
  for (let day = 0; day < 31; day += 1) {
    clock.advanceTo(clock.now() + DAY);
    await settle();
  }
  await expect.poll(() => done.filter((what) => what.startsWith('rehearse'))).toEqual(['rehearse Package release']);
  expect(done.filter((what) => what.startsWith('review')).length).toBeGreaterThan(30);
  expect(problems).toEqual([]);
  stop();
});
