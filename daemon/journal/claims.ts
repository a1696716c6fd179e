import type Database from 'better-sqlite3';
import type { ClaimStore, KeptClaim } from '../review/claims/check-claims.ts';

type Row = Omit<KeptClaim, 'holds'> & { holds: number | null };

/** How claims stood when they were looked at last, in the journal's database. */
export function sqliteClaims(database: Database.Database): ClaimStore {
  const all = database.prepare<[string], Row>(
    'select page, claim, hash, holds, since, checked, saw from claims where graph = ?',
  );
  const put = database.prepare<[Row & { graph: string }]>(
    'insert or replace into claims values (@graph, @page, @claim, @hash, @holds, @since, @checked, @saw)',
  );
  const drop = database.prepare<[string, string, string]>(
    'delete from claims where graph = ? and page = ? and claim = ?',
  );
  return {
    all: (graph) => all.all(graph).map((row) => ({ ...row, holds: row.holds === null ? null : row.holds === 1 })),
    put: (graph, claim) => void put.run({ ...claim, graph, holds: claim.holds === null ? null : claim.holds ? 1 : 0 }),
    drop: (graph, page, claim) => void drop.run(graph, page, claim),
  };
}
