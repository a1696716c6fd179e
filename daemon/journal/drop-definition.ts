import type Database from 'better-sqlite3';

/** Forgets a definition that was only looked at: one that no run is pinned to and nobody trusts. */
export function createDropDefinition(database: Database.Database): (hash: string) => void {
  const drop = database.prepare<[string]>(
    `delete from definitions where def_hash = ? and def_hash not in (select def_hash from runs)
      and def_hash not in (select def_hash from earlier_definitions) and def_hash not in (select hash from trust)`,
  );
  return (hash) => void drop.run(hash);
}
