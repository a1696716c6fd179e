import { Cron } from 'croner';
import { afterEach, expect, it, vi } from 'vitest';
import { cronTrouble, CronTriggers } from '../../../daemon/engine/cron-triggers.ts';
import type { StartRequest } from '../../../daemon/engine/engine.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { node, stage, step } from '../../fakes/outline.ts';

let triggers: CronTriggers | undefined;
afterEach(() => triggers?.close());

/** Nine in the morning, every day. */
function nightly(trigger: JsonObject, marks = new Map<string, number>(), start = Date.UTC(2026, 2, 27, 12)) {
  const clock = new SimulatedClock(start);
  const started: { at: string; request: StartRequest }[] = [];
  const trusted = new Set(['the hash']);
  triggers = new CronTriggers({
    clock,
    engine: {
      start: (request) => {
        started.push({ at: new Date(clock.now()).toISOString(), request });
        return Promise.resolve('run');
      },
      trusted: (hash) => trusted.has(hash),
    },
    marks: { get: (name) => marks.get(name), set: (name, at) => Promise.resolve(void marks.set(name, at)) },
    onProblem: (_scheduled, error) => {
      throw error as Error;
    },
  });
  const definition = {
    language: 1 as const,
    header: node('workflow', 'nightly', { inputs: { level: { default: 'low' } }, triggers: [trigger] }),
    body: [stage('work', step('one', 'act.read'))],
  };
  const set = (hash = 'the hash') => triggers!.set([{ hash, definition }]);
  const pass = async (to: number): Promise<void> => {
    for (let next = clock.next(); next !== undefined && next <= to; next = clock.next()) {
      clock.advanceTo(next);
      await new Promise((resolve) => setImmediate(resolve));
    }
    clock.advanceTo(to);
  };
  return { clock, started, set, pass, marks };
}

const DAY = 86_400_000;

it('starts at the time of the zone, also across a change of summer time [core.engine.cron]', async () => {
  const { started, set, pass, clock } = nightly({
    cron: '0 9 * * *',
    zone: 'Europe/Berlin',
    inputs: { level: 'high' },
  });
  await set();
  await pass(clock.now() + 3 * DAY);
  expect(started.map(({ at }) => at)).toEqual([
    '2026-03-28T08:00:00.000Z',
    '2026-03-29T07:00:00.000Z',
    '2026-03-30T07:00:00.000Z',
  ]);
  expect(started[0]!.request).toMatchObject({ inputs: { level: 'high' }, trigger: true, by: { kind: 'system' } });
});

it('starts nothing that nobody trusts [core.engine.cron]', async () => {
  const { started, set, pass, clock } = nightly({ cron: '0 9 * * *' });
  await set('another hash');
  await pass(clock.now() + 2 * DAY);
  expect(started).toEqual([]);
});

it.each([
  ['skip', 0],
  ['once', 1],
] as const)(
  'with missed: %s starts %i times for the days when nobody ran [core.engine.cron]',
  async (missed, times) => {
    const marks = new Map<string, number>();
    const before = nightly({ cron: '0 9 * * *', missed }, marks);
    await before.set();
    triggers!.close();
    const later = nightly({ cron: '0 9 * * *', missed }, marks, before.clock.now() + 5 * DAY);
    await later.set();
    expect(later.started).toHaveLength(times);
  },
);

it('catches up once, with the latest of its times, after a year without anybody, and steps through none of the others [core.engine.cron-downtime]', async () => {
  const marks = new Map<string, number>();
  const before = nightly({ cron: '* * * * *', missed: 'once' }, marks);
  await before.set();
  triggers!.close();
  const looks = vi.spyOn(Cron.prototype, 'nextRun');
  const later = nightly({ cron: '* * * * *', missed: 'once' }, marks, before.clock.now() + 365 * DAY + 90_000);
  await later.set();
  expect(later.started.map(({ request }) => request.idempotencyKey)).toEqual([
    `cron:the hash:0:${before.clock.now() + 365 * DAY + 60_000}`,
  ]);
  expect(looks.mock.calls.length).toBeLessThan(10);
  looks.mockRestore();
});

it.each([
  ['the very second is its time', 0, '2026-03-28T09:00:00.000Z'],
  ['it was asked for a moment after', 700, '2026-03-28T09:00:00.000Z'],
  ['the second before', -1000, '2026-03-27T09:00:00.000Z'],
] as const)('knows the time that passed last when %s [core.engine.cron-downtime]', async (_when, off, due) => {
  const marks = new Map<string, number>();
  const before = nightly({ cron: '0 9 * * *', missed: 'once' }, marks, Date.UTC(2026, 2, 20));
  await before.set();
  triggers!.close();
  const later = nightly({ cron: '0 9 * * *', missed: 'once' }, marks, Date.UTC(2026, 2, 28, 9) + off);
  await later.set();
  expect(later.started.map(({ request }) => request.idempotencyKey)).toEqual([`cron:the hash:0:${Date.parse(due)}`]);
});

it.each<[cron: string, zone: string | undefined, told: RegExp | undefined]>([
  ['*/5 * * * *', undefined, undefined],
  ['0 9 * * *', 'Europe/Berlin', undefined],
  ['at nine', undefined, /“at nine” is no cron expression .* five fields/],
  ['0 25 * * *', undefined, /hour: 25/],
  ['0 9 31 2 *', undefined, /never comes/],
  ['0 9 * * *', 'Nowhere/At', /no time zone “Nowhere\/At”/],
])('tells what is wrong with %s in the zone %s [core.engine.cron]', (cron, zone, told) => {
  if (told) expect(cronTrouble(cron, zone)).toMatch(told);
  else expect(cronTrouble(cron, zone)).toBeUndefined();
});

it('does not lose a start when the process ends in the middle of it [core.engine.cron]', async () => {
  const marks = new Map<string, number>();
  const keys: (string | undefined)[] = [];
  const clock = new SimulatedClock(Date.UTC(2026, 2, 27, 8, 59));
  const definition = {
    language: 1 as const,
    header: node('workflow', 'daily', { triggers: [{ cron: '0 9 * * *', missed: 'once' }] }),
    body: [stage('work', step('one', 'act.read'))],
  };
  const life = (start: () => Promise<string>) =>
    new CronTriggers({
      clock,
      engine: {
        start: ({ idempotencyKey }) => {
          keys.push(idempotencyKey);
          return start();
        },
        trusted: () => true,
      },
      marks: { get: (name) => marks.get(name), set: (name, at) => Promise.resolve(void marks.set(name, at)) },
      onProblem: (_scheduled, error) => {
        throw error as Error;
      },
    });
  const first = life(() => new Promise(() => undefined));
  await first.set([{ hash: 'h', definition }]);
  clock.advanceTo(clock.next()!);
  await new Promise((resolve) => setImmediate(resolve));
  first.close();
  triggers = life(() => Promise.resolve('run'));
  await triggers.set([{ hash: 'h', definition }]);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
});

it('goes on when a mark cannot be kept: the time is looked at again, and its start has the same key [core.engine.cron-kept]', async () => {
  const clock = new SimulatedClock(Date.UTC(2026, 2, 27, 8, 59));
  const marks = new Map<string, number>();
  const keys: (string | undefined)[] = [];
  const problems: unknown[] = [];
  let isFull = false;
  const definition = {
    language: 1 as const,
    header: node('workflow', 'daily', { triggers: [{ cron: '0 9 * * *' }] }),
    body: [stage('work', step('one', 'act.read'))],
  };
  triggers = new CronTriggers({
    clock,
    engine: {
      start: ({ idempotencyKey }) => Promise.resolve(`run ${keys.push(idempotencyKey)}`),
      trusted: () => true,
    },
    marks: {
      get: (name) => marks.get(name),
      set: (name, at) => (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve(void marks.set(name, at))),
    },
    onProblem: (_scheduled, error) => void problems.push(error),
  });
  const next = async (): Promise<void> => {
    clock.advanceTo(clock.next()!);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await triggers.set([{ hash: 'h', definition }]);
  isFull = true;
  await next();
  expect(problems).toHaveLength(1);
  isFull = false;
  await next();
  await next();
  expect(new Set(keys).size).toBe(2);
  expect(new Date(marks.get('cron:h:0')!).toISOString()).toBe('2026-03-28T09:00:00.000Z');
});

it('starts nothing any more once it is closed, also in the middle of a look [core.engine.cron-kept]', async () => {
  const clock = new SimulatedClock(Date.UTC(2026, 2, 27, 8, 59));
  const kept = Promise.withResolvers<void>();
  const closing = new CronTriggers({
    clock,
    engine: { start: () => Promise.reject(new Error('it is closed')), trusted: () => true },
    marks: { get: () => undefined, set: () => kept.promise },
    onProblem: (_scheduled, error) => {
      throw error as Error;
    },
  });
  const definition = {
    language: 1 as const,
    header: node('workflow', 'daily', { triggers: [{ cron: '0 9 * * *' }] }),
    body: [stage('work', step('one', 'act.read'))],
  };
  const set = closing.set([{ hash: 'h', definition }]);
  await new Promise((resolve) => setImmediate(resolve));
  closing.close();
  kept.resolve();
  await set;
  expect(clock.next()).toBeUndefined();
});
