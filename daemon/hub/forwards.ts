import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { NewEvent } from '../../shared/run/event.ts';
import { sha256 } from '../journal/payload.ts';

/** What the engine of a run has to be told: that it begins, or what people and other runs say to it. */
export type ForwardKind = 'start' | 'tell';

export interface Forward {
  id: number;
  run: string;
  /** The same for every try. */
  key: string;
  kind: ForwardKind;
  /** JSON. */
  body: string;
}

/** What is owed to the other engine. Writing takes part in the transaction that is open. */
export interface Forwards {
  add(run: string, kind: ForwardKind, body: object, events: readonly NewEvent[]): void;
  /** The oldest of each run that is owed anything, but for those runs. */
  owed(limit: number): Forward[];
  sent(id: number, at: number): void;
  waiting(): number;
  /** Whether this hub itself said this to the run. */
  wasSaid(run: string, event: NewEvent): boolean;
}

export function sqliteForwards(database: Database.Database): Forwards {
  const add = database.prepare<[string, string, ForwardKind, string]>(
    'insert into forwards (run_id, key, kind, body) values (?, ?, ?, ?)',
  );
  const say = database.prepare<[string, string]>('insert into forwarded values (?, ?) on conflict do nothing');
  const owed = database.prepare<[number], Forward>(
    `select id, run_id as run, key, kind, body from forwards
      where id in (select min(id) from forwards where sent_at is null group by run_id) order by id limit ?`,
  );
  // What was sent is only of use as a digest any more.
  const sent = database.prepare<[number, number]>("update forwards set sent_at = ?, body = '' where id = ?");
  const waiting = database.prepare<[], number>('select count(*) from forwards where sent_at is null').pluck();
  const said = database.prepare<[string, string]>('select 1 from forwarded where run_id = ? and digest = ?');
  return {
    add(run, kind, body, events) {
      const key = randomUUID();
      add.run(run, key, kind, JSON.stringify({ ...body, key }));
      for (const event of events) say.run(run, digestOf(event));
    },
    owed: (limit) => owed.all(limit),
    sent: (id, at) => void sent.run(at, id),
    waiting: () => waiting.get() ?? 0,
    wasSaid: (run, event) => said.get(run, digestOf(event)) !== undefined,
  };
}

/** What an event says, wherever it was recorded. */
export function digestOf({ type, node, payload }: NewEvent): string {
  return sha256(JSON.stringify({ type, node, payload }));
}
