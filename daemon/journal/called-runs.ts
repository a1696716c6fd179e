import type Database from 'better-sqlite3';

/** The runs that a run called, and those that these called, in the order in which they began. */
export function calledRuns(database: Database.Database, run: string): string[] {
  return database
    .prepare<[string], string>(
      `with recursive called(run) as (
         select run_id from runs where parent_run = ?
         union select run_id from runs join called on parent_run = called.run)
       select run_id from runs join called on run_id = called.run order by started_at, run_id`,
    )
    .pluck()
    .all(run);
}
