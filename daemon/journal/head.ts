import type Database from 'better-sqlite3';

const CELL = 'events-head';

/**
 * The position of the last event that was ever committed, also when pruning has taken it away since: no position is given twice,
 * because whoever follows the journal goes on behind the last one that it has.
 */
export function createHead(database: Database.Database): () => number {
  const head = database
    .prepare<[string], number>(
      `select max(coalesce((select max(pos) from events), 0),
        coalesce((select cast(value as integer) from cells where name = ?), 0))`,
    )
    .pluck();
  return () => head.get(CELL)!;
}

/** Keeps it over the removal of events; called before that, in the same transaction. */
export function keepHead(database: Database.Database): void {
  database
    .prepare<[string, string]>('insert into cells values (?, ?) on conflict do update set value = excluded.value')
    .run(CELL, String(createHead(database)()));
}
