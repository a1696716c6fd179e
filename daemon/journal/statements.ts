import type Database from 'better-sqlite3';
import type { RunStatus } from '../../shared/run/state.ts';
import type { RunRow, TimerRow } from './journal.ts';
import type { EventRow } from './payload.ts';

interface StoredRun {
  run_id: string;
  number: number;
  graph_id: string | null;
  def_hash: string;
  title: string;
  status: RunStatus;
  dry_run: number;
  memory: string;
  epoch: number;
  parent_run: string | null;
  parent_key: string | null;
  started_at: number;
  ended_at: number | null;
  page: string | null;
}

/** A run as its row tells of it. */
export function toRun(row: StoredRun): RunRow {
  return {
    run: row.run_id,
    number: row.number,
    ...(row.graph_id === null ? {} : { graph: row.graph_id }),
    ...(row.page === null ? {} : { page: row.page }),
    definition: row.def_hash,
    title: row.title,
    status: row.status,
    dryRun: row.dry_run === 1,
    memory: row.memory,
    epoch: row.epoch,
    ...(row.parent_run === null ? {} : { parent: { run: row.parent_run, node: row.parent_key ?? '' } }),
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

export type JournalStatements = ReturnType<typeof prepareJournal>;

/** Everything that the journal asks of its database, and says to it. */
export function prepareJournal(database: Database.Database) {
  return {
    begin: database.prepare('begin immediate'),
    commit: database.prepare('commit'),
    rollback: database.prepare('rollback'),
    savepoint: database.prepare('savepoint decision'),
    release: database.prepare('release decision'),
    rollbackTo: database.prepare('rollback to decision'),
    insert: database.prepare('insert into events values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    beginRun: database.prepare(
      `insert into runs (run_id, number, graph_id, def_hash, title, dry_run, memory, parent_run, parent_key, idem_key,
        started_at, page, status, epoch) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', 1)`,
    ),
    run: database.prepare<[string], StoredRun>('select * from runs where run_id = ?'),
    runByKey: database.prepare<[string], string>('select run_id from runs where idem_key = ?').pluck(),
    runs: database.prepare<
      [Record<'status' | 'graph' | 'page', string | null> & { before: number | null; limit: number }],
      StoredRun
    >(
      `select * from runs where (@status is null or status in (select value from json_each(@status)))
        and (@graph is null or graph_id = @graph) and (@page is null or page = @page)
        and (@before is null or started_at < @before) order by started_at desc, number desc limit @limit`,
    ),
    active: database.prepare<[], { run: string; status: RunStatus }>(
      "select run_id as run, status from runs where status in ('running', 'waiting', 'cancelling')",
    ),
    events: database.prepare<[string, number], EventRow>(
      'select * from events where run_id = ? and seq > ? order by seq',
    ),
    since: database.prepare<[number, number], EventRow>('select * from events where pos > ? order by pos limit ?'),
    lastEvent: database.prepare<[string], EventRow>('select * from events where run_id = ? order by seq desc limit 1'),
    event: database.prepare<[string, number], EventRow>('select * from events where run_id = ? and seq = ?'),
    isRemote: database.prepare<[string]>('select 1 from remote_runs where run_id = ?'),
    markRemote: database.prepare<[string]>('insert into remote_runs values (?) on conflict do nothing'),
    waiting: database.prepare<
      [{ run: string | null }],
      { run: string; node: string; kind: 'gate' | 'ask'; openedAt: number }
    >(
      `select run_id as run, node_key as node, kind, opened_at as openedAt from gates
        where @run is null or run_id = @run order by opened_at`,
    ),
    isWaiting: database.prepare<[string, string]>('select 1 from gates where run_id = ? and node_key = ?'),
    due: database.prepare<[number, number], TimerRow>(
      'select run_id as run, node_key as node, name, wake_at as at from timers where wake_at <= ? order by wake_at limit ?',
    ),
    nextWake: database.prepare<[], number | null>('select min(wake_at) from timers').pluck(),
    definition: database.prepare<[string], string>('select body from definitions where def_hash = ?').pluck(),
    hasDefinition: database.prepare<[string]>('select 1 from definitions where def_hash = ?'),
    putDefinition: database.prepare<[string, string]>('insert into definitions values (?, ?) on conflict do nothing'),
    cell: database.prepare<[string], string>('select value from cells where name = ?').pluck(),
    setCell: database.prepare<[string, string]>(
      'insert into cells values (?, ?) on conflict do update set value = excluded.value',
    ),
    countUp: database
      .prepare<[string], number>(
        "insert into cells values (?, '1') on conflict do update set value = value + 1 returning cast(value as integer)",
      )
      .pluck(),
    dropCell: database.prepare<[string]>('delete from cells where name = ?'),
    memory: database.prepare<[string], { key: string; value: string; at: number; run_id: string }>(
      'select key, value, at, run_id from memory where namespace = ? order by at desc, pos desc',
    ),
    trusted: database.prepare<[string]>('select 1 from trust where hash = ?'),
    trust: database.prepare<[string, string, number]>(
      // What was trusted last holds, whatever the clocks of devices say: no two are of one time.
      `insert into trust values (?, ?, max(?, (select coalesce(max(at) + 1, 0) from trust)))
        on conflict do update set signature = excluded.signature, at = excluded.at`,
    ),
  };
}
