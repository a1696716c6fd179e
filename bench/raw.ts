import { join } from 'node:path';
import Database from 'better-sqlite3';

/** As long as what the journal keeps of an ordinary step's end. */
const PAYLOAD = JSON.stringify({ output: { ok: true, value: 12345 }, startedAt: 1_700_000_000_000, attempt: 1 });
const EVENTS = 5_000;

/**
 * The physical limit: better-sqlite3 alone, one event of the journal's size per transaction, WAL, `synchronous=FULL`.
 * Gives events per second. The engine's figures are ratios to this one, taken in the same process.
 */
export function rawEventsPerSecond(folder: string, round: number): number {
  const database = new Database(join(folder, `raw-${round}.db`));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(
    'create table events (run text, seq integer, type text, payload text, at integer, primary key (run, seq)) without rowid',
  );
  const insert = database.prepare('insert into events values (?, ?, ?, ?, ?)');
  const write = database.transaction((n: number) =>
    insert.run(`run-${n % 100}`, n, 'node.completed', PAYLOAD, Date.now()),
  );
  const start = performance.now();
  for (let n = 0; n < EVENTS; n++) write(n);
  const seconds = (performance.now() - start) / 1000;
  database.close();
  return EVENTS / seconds;
}
