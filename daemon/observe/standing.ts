import type Database from 'better-sqlite3';
import { isObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { SLOTS } from '../engine/slots.ts';

/** What stands in the journal now, as metrics ask for it. Cheap: no event is read. */
export interface Standing {
  /** Runs that have not ended, by status. */
  runs: { status: string; count: number }[];
  /** Nodes that wait for a person, and since when the longest waits, in milliseconds since the epoch. */
  waiting: { kind: string; count: number; since: number }[];
  /** Runs that wait in line for a place under `concurrency`. */
  queued: number;
  /** What graphs are owed, and how much of it could not be written at the last try. */
  outbox: { owed: number; failing: number };
  /** Incidents that are open, by severity, and how many of their alerts fire. */
  incidents: { severity: string; count: number; firing: number }[];
  /** Messages to people that have not got through, by channel. */
  messages: { channel: string; waiting: number; failing: number; givenUp: number }[];
  breakers: { name: string; state: 'closed' | 'open' | 'half-open' }[];
  /** The next alarm's time, in milliseconds since the epoch. */
  timers: number;
}

/** Reads what stands in a journal now. */
export function createStanding(database: Database.Database): () => Standing {
  const runs = database.prepare<[], Standing['runs'][number]>(
    "select status, count(*) as count from runs where status in ('running', 'waiting', 'cancelling', 'suspended') group by status",
  );
  const waiting = database.prepare<[], Standing['waiting'][number]>(
    'select kind, count(*) as count, min(opened_at) as since from gates group by kind',
  );
  const cells = database.prepare<[string, string], { name: string; value: string }>(
    'select name, value from cells where name >= ? and name < ?',
  );
  const outbox = database.prepare<[], Standing['outbox']>(
    "select count(*) as owed, coalesce(sum(problem <> ''), 0) as failing from outbox where done < pos",
  );
  const incidents = database.prepare<[], Standing['incidents'][number]>(
    `select state ->> '$.severity' as severity, count(*) as count, sum(state ->> '$.alerts.firing') as firing
      from incidents where open = 1 group by 1`,
  );
  const messages = database.prepare<[], Standing['messages'][number]>(
    `select channel, sum(given_up_at is null) as waiting, sum(given_up_at is null and problem <> '') as failing,
      sum(given_up_at is not null) as givenUp from notices where delivered_at is null and discarded_by is null group by 1`,
  );
  const timers = database.prepare<[], number>('select count(*) from timers').pluck();
  const under = (prefix: string) =>
    cells.all(prefix, `${prefix.slice(0, -1)};`).map(({ name, value }) => ({
      name: name.slice(prefix.length),
      value: readJson(value),
    }));
  return () => ({
    runs: runs.all(),
    waiting: waiting.all(),
    queued: under(SLOTS).reduce(
      (sum, { value }) => sum + (isObject(value) && Array.isArray(value.queue) ? value.queue.length : 0),
      0,
    ),
    outbox: outbox.get() ?? { owed: 0, failing: 0 },
    incidents: incidents.all(),
    messages: messages.all(),
    breakers: under('breaker:').flatMap(({ name, value }) =>
      isObject(value) && isState(value.state) ? [{ name, state: value.state }] : [],
    ),
    timers: timers.get() ?? 0,
  });
}

function isState(value: unknown): value is Standing['breakers'][number]['state'] {
  return value === 'closed' || value === 'open' || value === 'half-open';
}
