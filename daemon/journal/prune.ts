import type Database from 'better-sqlite3';
import { keepHead } from './head.ts';
import { chainHash, type EventRow } from './payload.ts';

export interface Pruned {
  runs: number;
  events: number;
  definitions: number;
  blobs: number;
}

/**
 * Removes runs that ended before a time (milliseconds since the epoch), with their events. Of each a checkpoint stays: the
 * length and the last hash of its chain. What runs remembered for others, what people trust, and pages stay. A run under
 * another that is not removed stays too.
 */
export function pruneRuns(database: Database.Database, before: number, now: number): Pruned {
  const over = database
    .prepare<[number], string>(
      `select run_id from runs where status in ('completed', 'failed', 'cancelled') and ended_at < ?
        and (parent_run is null or parent_run not in (select run_id from runs))`,
    )
    .pluck();
  const checkpoint = database.prepare<[number, string, number, string]>(
    `insert into checkpoints select run_id, title, number, status, started_at, ended_at, ?, ?, ? from runs where run_id = ?`,
  );
  const last = database.prepare<[string], EventRow>('select * from events where run_id = ? order by seq desc limit 1');
  const drops = [
    'delete from events where run_id = ?',
    'delete from gates where run_id = ?',
    'delete from timers where run_id = ?',
    'delete from logs where run_id = ?',
    'delete from memory where run_id = ? and namespace = run_id',
    'delete from outbox where run_id = ? and done >= pos',
    'delete from forwards where run_id = ?',
    'delete from forwarded where run_id = ?',
    'delete from remote_runs where run_id = ?',
    'delete from earlier_definitions where run_id = ?',
    "delete from cells where name = 'personas-of:' || ?",
    'delete from runs where run_id = ?',
  ].map((sql) => database.prepare<[string]>(sql));
  const pruned: Pruned = { runs: 0, events: 0, definitions: 0, blobs: 0 };
  const all = database.transaction(() => {
    keepHead(database);
    // A child goes in the round after its parent.
    for (let runs = over.all(before); runs.length > 0; runs = over.all(before)) {
      for (const run of runs) {
        const end = last.get(run);
        checkpoint.run(end?.seq ?? 0, end ? chainHash(end) : '', now, run);
        const [events] = drops.map((drop) => drop.run(run).changes);
        pruned.runs += 1;
        pruned.events += events ?? 0;
      }
    }
    // What a source may still tell again stays; of an incident that is over its row stays, for the index.
    database
      .prepare(
        'delete from alerts where last_seen < ? and (incident is null or incident not in (select id from incidents where open = 1))',
      )
      .run(before);
    database.prepare('delete from incident_keys where at < ?').run(before);
    pruned.definitions = database
      .prepare(
        `delete from definitions where def_hash not in (select def_hash from runs)
          and def_hash not in (select def_hash from earlier_definitions) and def_hash not in (select hash from trust)`,
      )
      .run().changes;
    pruned.blobs = database
      .prepare("delete from blobs where sha not in (select substr(payload, 2) from events where payload like '@%')")
      .run().changes;
  });
  all.immediate();
  return pruned;
}

/** Tells how many events a run had that was pruned; undefined of one that was not. */
export function prunedEvents(database: Database.Database): (run: string) => number | undefined {
  const left = database.prepare<[string], number>('select events from checkpoints where run_id = ?').pluck();
  return (run) => left.get(run);
}
