import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import type { OutboxStore, Owed, OwedId } from '../graph/outbox-store.ts';

interface Row {
  graph: string;
  page: string;
  part: string;
  kind: string;
  run_id: string;
  data: string;
  pos: number;
  attempts: number;
}

const SEEN = 'outbox-seen';

/** The outbox's books in the journal's database: what a graph is owed survives whatever ends the process. */
export function sqliteOutboxStore(database: Database.Database): OutboxStore {
  const put = database.prepare(
    `insert into outbox (graph, page, part, kind, run_id, data, pos) values (@graph, @page, @part, @kind, @run, @data, @pos)
      on conflict do update set kind = excluded.kind, run_id = excluded.run_id, data = excluded.data, pos = excluded.pos,
        done = -1, attempts = 0, next_at = 0, problem = ''`,
  );
  const get = database.prepare<[OwedId], Row>(
    'select * from outbox where graph = @graph and page = @page and part = @part',
  );
  const ofRun = database.prepare<[string], Row>("select * from outbox where run_id = ? and part = ''");
  const raise = database.prepare<[number, string]>(
    "update outbox set pos = max(pos, ?) where run_id = ? and part = ''",
  );
  const seen = database.prepare<[string], string>('select value from cells where name = ?').pluck();
  const setSeen = database.prepare<[string, string]>(
    'insert into cells values (?, ?) on conflict do update set value = excluded.value',
  );
  const due = database.prepare<[number], Row>(
    'select * from outbox where done < pos and next_at <= ? order by next_at',
  );
  const nextDue = database.prepare<[], number | null>('select min(next_at) from outbox where done < pos').pluck();
  const written = database.prepare<[number, string, string, string]>(
    "update outbox set done = max(done, ?), attempts = 0, next_at = 0, problem = '' where graph = ? and page = ? and part = ?",
  );
  const failed = database.prepare<[number, string, string, string, string]>(
    'update outbox set attempts = attempts + 1, next_at = ?, problem = ? where graph = ? and page = ? and part = ?',
  );
  const wake = database.prepare<[string]>('update outbox set next_at = 0 where graph = ?');
  const drop = database.prepare<[OwedId]>('delete from outbox where graph = @graph and page = @page and part = @part');
  const problems = database.prepare<[], OwedId & { attempts: number; problem: string }>(
    "select graph, page, part, attempts, problem from outbox where done < pos and problem <> ''",
  );
  const raiseAll = database.transaction((runs: ReadonlyMap<string, number>, upTo: number) => {
    for (const [run, pos] of runs) raise.run(pos, run);
    if (upTo > Number(seen.get(SEEN) ?? 0)) setSeen.run(SEEN, String(upTo));
  });
  return {
    put: ({ run, data, ...owed }) => void put.run({ ...owed, run, data: JSON.stringify(data) }),
    get(id) {
      const row = get.get(idOf(id));
      return row && toOwed(row);
    },
    ofRun: (run) => ofRun.all(run).map(toOwed),
    raise: raiseAll,
    seen: () => Number(seen.get(SEEN) ?? 0),
    due: (now) => due.all(now).map(toOwed),
    nextDue: () => nextDue.get() ?? undefined,
    written: (id, pos) => void written.run(pos, id.graph, id.page, id.part),
    failed: (id, nextAt, problem) => void failed.run(nextAt, problem, id.graph, id.page, id.part),
    wake: (graph) => void wake.run(graph),
    drop: (id) => void drop.run(idOf(id)),
    problems: () => problems.all(),
  };
}

function idOf({ graph, page, part }: OwedId): OwedId {
  return { graph, page, part };
}

function toOwed({ graph, page, part, kind, run_id, data, pos, attempts }: Row): Owed {
  return { graph, page, part, kind, run: run_id, data: readJson(data), pos, attempts };
}
