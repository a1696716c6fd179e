import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import type { Rehearsal, RehearsalStore } from '../rehearsal/rehearsal.ts';

/** Rehearsals in the journal's database: of each workflow the latest. */
export function sqliteRehearsals(database: Database.Database): RehearsalStore {
  const keep = database.prepare<[string, string, number, string]>(
    'insert or replace into rehearsals (definition, title, at, body) values (?, ?, ?, ?)',
  );
  const last = database
    .prepare<{ definition: string; title: string }, string>(
      'select body from rehearsals where definition = @definition or title = @title order by definition = @definition desc, at desc limit 1',
    )
    .pluck();
  return {
    keep: (rehearsal) =>
      void keep.run(rehearsal.basis.definition, rehearsal.title, rehearsal.at, JSON.stringify(rehearsal)),
    last(definition, title) {
      const body = last.get({ definition, title });
      return body === undefined ? undefined : (readJson(body) as unknown as Rehearsal);
    },
  };
}
