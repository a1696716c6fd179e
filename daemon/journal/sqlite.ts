import type Database from 'better-sqlite3';
import type { Json, JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';
import type { RunStatus } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import type { Journal, MemoryRow, NewRun, RunRow, RunsFilter, TimerRow, Transaction } from './journal.ts';
import { chainHash, linkHash, Payloads, type EventRow } from './payload.ts';
import { conflict, differs, elsewhere, gap, unknownHere, type ReportedEvent } from './reported.ts';
import { Rows } from './rows.ts';

interface Queued {
  write: (committed: RunEvent[]) => unknown;
  /** Whether its writes are taken back alone when it throws. */
  guarded: boolean;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/** What an append has to know of a run; kept while the run is active, else read from its row. */
interface Head {
  seq: number;
  epoch: number;
  hash: string;
  memory: string;
  /** It works on another engine: its events are reported, never appended here. */
  remote: boolean;
}

/** What a decision can do here besides: keep the books of a run that works on another engine. */
export interface HubTransaction extends Transaction {
  /** From here on the run's events come in reports. Call it before the first of them. */
  markRemote(run: string): void;
  isRemote(run: string): boolean;
  /**
   * Takes over events as another engine recorded them, each once, and in order. Gives the sequence number of the last one on
   * record. Throws `ingest.run`, `ingest.gap`, `ingest.conflict`.
   */
  adopt(run: string, events: readonly ReportedEvent[]): number;
}

/** The embedded journal (engine.md, Journal): SQLite in WAL mode, every commit on the disk before anyone hears of it. */
export class SqliteJournal implements Journal {
  readonly #database: Database.Database;
  readonly #clock: Clock;
  readonly #payloads: Payloads;
  readonly #rows: Rows;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #listeners = new Set<(events: readonly RunEvent[]) => void>();
  readonly #heads = new Map<string, Head>();
  #queue: Queued[] = [];
  #deciding: { committed: RunEvent[]; transaction: HubTransaction } | undefined;
  #pos: number;
  #closed = false;

  constructor(database: Database.Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#payloads = new Payloads(database);
    this.#rows = new Rows(database);
    this.#statements = prepare(database);
    this.#pos = this.#statements.lastPos.get() ?? 0;
  }

  append(run: string, events: readonly NewEvent[]): Promise<RunEvent[]> {
    // Refused alone: it must not take along what others commit in this turn.
    if (this.#heads.get(run)?.remote ?? this.isRemote(run)) return Promise.reject(elsewhere(run));
    return this.#enqueue(false, (committed) => events.map((event) => this.#insert(run, event, committed)));
  }

  transact<T>(decide: (transaction: HubTransaction) => T): Promise<T> {
    return this.#enqueue(true, (committed) => decide(this.#transaction(committed)));
  }

  #enqueue<T>(guarded: boolean, write: (committed: RunEvent[]) => T): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'));
    return new Promise<T>((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.#commit());
      this.#queue.push({ write, guarded, resolve, reject });
    });
  }

  #commit(): void {
    const batch = this.#queue;
    this.#queue = [];
    const committed: RunEvent[] = [];
    const settle: (() => void)[] = [];
    const pos = this.#pos;
    try {
      this.#statements.begin.run();
      for (const entry of batch)
        settle.push(entry.guarded ? this.#guarded(entry, committed) : this.#plain(entry, committed));
      this.#forgetEnded(committed);
      this.#statements.commit.run();
    } catch (error) {
      if (this.#database.inTransaction) this.#statements.rollback.run();
      this.#pos = pos;
      this.#heads.clear();
      for (const entry of batch) entry.reject(error);
      return;
    }
    this.#deciding = undefined;
    for (const done of settle) done();
    if (committed.length > 0) for (const listener of this.#listeners) listener(committed);
  }

  #plain(entry: Queued, committed: RunEvent[]): () => void {
    const value = entry.write(committed);
    return () => entry.resolve(value as never);
  }

  #guarded(entry: Queued, committed: RunEvent[]): () => void {
    const length = committed.length;
    const pos = this.#pos;
    this.#statements.savepoint.run();
    try {
      const value = entry.write(committed);
      this.#statements.release.run();
      return () => entry.resolve(value as never);
    } catch (error) {
      this.#statements.rollbackTo.run();
      this.#statements.release.run();
      committed.length = length;
      this.#pos = pos;
      this.#heads.clear();
      return () => entry.reject(error);
    }
  }

  #insert(run: string, event: NewEvent, committed: RunEvent[], reported?: ReportedEvent): RunEvent {
    const head = this.#head(run);
    if (head.remote && !reported) throw elsewhere(run);
    if (reported) head.epoch = reported.epoch;
    else if (event.type === 'run.reset' || event.type === 'run.moved') head.epoch += 1;
    const { type, node, payload } = event;
    const attempt = event.attempt ?? 1;
    const { epoch, hash: prev } = head;
    const at = reported?.at ?? this.#clock.now();
    const stored = this.#payloads.write(payload);
    const seq = ++head.seq;
    const pos = ++this.#pos;
    this.#statements.insert.run(pos, run, seq, type, node, attempt, epoch, stored, at, prev);
    head.hash = linkHash(prev, run, seq, type, node, attempt, epoch, at, stored);
    const recorded = { pos, run, seq, type, node, attempt, epoch, at, payload, prev } as RunEvent;
    // Its timers are the other engine's: here nobody waits for them.
    if (!(reported && recorded.type === 'timer.set')) this.#rows.apply(recorded, head);
    committed.push(recorded);
    return recorded;
  }

  #adopt(run: string, events: readonly ReportedEvent[], committed: RunEvent[]): number {
    if (!this.isRemote(run)) throw unknownHere(run);
    for (const event of events) {
      const { seq } = this.#head(run);
      if (event.seq > seq + 1) throw gap(run, seq + 1);
      if (event.seq === seq + 1) this.#insert(run, event, committed, event);
      else if (differs(event, this.#payloads.read(this.#statements.event.get(run, event.seq)!)))
        throw conflict(run, event);
    }
    return this.#head(run).seq;
  }

  #head(run: string): Head {
    let head = this.#heads.get(run);
    if (!head) {
      const row = this.#statements.run.get(run);
      if (!row) throw new Error(`there is no run ${run}`);
      const last = this.#statements.lastEvent.get(run);
      head = {
        seq: last?.seq ?? 0,
        epoch: row.epoch,
        hash: last ? chainHash(last) : '',
        memory: row.memory,
        remote: this.#statements.isRemote.get(run) !== undefined,
      };
      this.#heads.set(run, head);
    }
    return head;
  }

  #forgetEnded(committed: readonly RunEvent[]): void {
    for (const { run, type } of committed) {
      if (type === 'run.completed' || type === 'run.failed' || type === 'run.cancelled') this.#heads.delete(run);
    }
  }

  /** One for all decisions of a commit. */
  #transaction(committed: RunEvent[]): HubTransaction {
    if (this.#deciding?.committed !== committed) this.#deciding = { committed, transaction: this.#decide(committed) };
    return this.#deciding.transaction;
  }

  #decide(committed: RunEvent[]): HubTransaction {
    const statements = this.#statements;
    return {
      append: (run, ...events) => {
        for (const event of events) this.#insert(run, event, committed);
      },
      begin: (row) => this.#begin(row),
      markRemote: (run) => {
        statements.markRemote.run(run);
        this.#heads.delete(run);
      },
      isRemote: (run) => statements.isRemote.get(run) !== undefined,
      adopt: (run, events) => this.#adopt(run, events, committed),
      run: (run) => this.run(run),
      runByKey: (key) => statements.runByKey.get(key),
      isWaiting: (run, node) => statements.isWaiting.get(run, node) !== undefined,
      cell: (name) => this.cell(name),
      setCell: (name, value) => {
        if (value === undefined) statements.dropCell.run(name);
        else statements.setCell.run(name, JSON.stringify(value));
      },
      putDefinition: (hash, body) => void statements.putDefinition.run(hash, body),
      trust: (hash, signature: JsonObject, at) => void statements.trust.run(hash, JSON.stringify(signature), at),
      numberOn: (day) => statements.countUp.get(`runs-on:${day}`)!,
    };
  }

  #begin(row: NewRun): void {
    this.#statements.begin_run.run({
      run: row.run,
      number: row.number,
      graph: row.graph ?? null,
      definition: row.definition,
      title: row.title,
      dryRun: row.dryRun ? 1 : 0,
      memory: row.memory,
      parentRun: row.parent?.run ?? null,
      parentKey: row.parent?.node ?? null,
      idempotencyKey: row.idempotencyKey ?? null,
      at: row.at,
      page: row.page ?? null,
    });
    this.#rows.begin(row.run);
    this.#heads.set(row.run, { seq: 0, epoch: 1, hash: '', memory: row.memory, remote: false });
  }

  events(run: string, afterSeq = 0): RunEvent[] {
    return this.#statements.events.all(run, afterSeq).map((row) => this.#payloads.read(row));
  }

  since(pos: number, limit: number): RunEvent[] {
    return this.#statements.since.all(pos, limit).map((row) => this.#payloads.read(row));
  }

  run(run: string): RunRow | undefined {
    const row = this.#statements.run.get(run);
    return row && toRun(row);
  }

  runs(filter: RunsFilter): RunRow[] {
    const status = filter.status ? JSON.stringify(filter.status) : null;
    const { graph = null, page = null, before = null, limit } = filter;
    return this.#statements.runs.all({ status, graph, page, before, limit }).map(toRun);
  }

  active(): { run: string; status: RunStatus }[] {
    return this.#statements.active.all();
  }

  waiting(run?: string): { run: string; node: NodeKey; kind: 'gate' | 'ask'; openedAt: number }[] {
    return this.#statements.waiting.all({ run: run ?? null });
  }

  due(now: number, limit: number): TimerRow[] {
    return this.#statements.due.all(now, limit);
  }

  nextWake(): number | undefined {
    return this.#statements.nextWake.get() ?? undefined;
  }

  definition(hash: string): string | undefined {
    return this.#statements.definition.get(hash);
  }

  cell(name: string): Json | undefined {
    const value = this.#statements.cell.get(name);
    return value === undefined ? undefined : readJson(value);
  }

  /** Whether a run works on another engine. */
  isRemote(run: string): boolean {
    return this.#statements.isRemote.get(run) !== undefined;
  }

  memory(namespace: string): MemoryRow[] {
    return this.#statements.memory
      .all(namespace)
      .map((row) => ({ key: row.key, value: readJson(row.value), at: row.at, run: row.run_id }));
  }

  trusted(hash: string): boolean {
    return this.#statements.trusted.get(hash) !== undefined;
  }

  head(): number {
    return this.#pos;
  }

  subscribe(listener: (events: readonly RunEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What is still queued is rejected: nobody was told that it happened. */
  close(): void {
    this.#closed = true;
    const batch = this.#queue;
    this.#queue = [];
    for (const entry of batch) entry.reject(new Error('the journal is closed'));
    this.#listeners.clear();
  }
}

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

function toRun(row: StoredRun): RunRow {
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

function prepare(database: Database.Database) {
  return {
    begin: database.prepare('begin immediate'),
    commit: database.prepare('commit'),
    rollback: database.prepare('rollback'),
    savepoint: database.prepare('savepoint decision'),
    release: database.prepare('release decision'),
    rollbackTo: database.prepare('rollback to decision'),
    insert: database.prepare('insert into events values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    begin_run: database.prepare(
      `insert into runs values (@run, @number, @graph, @definition, @title, 'running', @dryRun, @memory, 1,
        @parentRun, @parentKey, @idempotencyKey, @at, null, @page)`,
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
    lastPos: database.prepare<[], number | null>('select max(pos) from events').pluck(),
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
