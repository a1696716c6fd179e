import type Database from 'better-sqlite3';
import type { Json, JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';
import type { RunStatus } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import type { Journal, MemoryRow, NewRun, RunRow, RunsFilter, TimerRow, Transaction } from './journal.ts';
import { createHead } from './head.ts';
import { chainHash, linkHash, Payloads } from './payload.ts';
import { conflict, differs, elsewhere, gap, unknownHere, type ReportedEvent } from './reported.ts';
import { Rows } from './rows.ts';
import { prepareJournal, toRun, type JournalStatements } from './statements.ts';

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
  readonly #statements: JournalStatements;
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
    this.#statements = prepareJournal(database);
    this.#pos = createHead(database)();
  }

  append(run: string, events: readonly NewEvent[]): Promise<RunEvent[]> {
    // Refused alone: it must not take along what others commit in this turn.
    if (this.#heads.get(run)?.remote ?? this.isRemote(run)) return Promise.reject(elsewhere(run));
    return this.#enqueue(false, (committed) => this.#insertAll(run, events, committed));
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

  #insertAll(run: string, events: readonly NewEvent[], committed: RunEvent[]): RunEvent[] {
    // Most commits are of one event.
    if (events.length === 1) return [this.#insert(run, events[0]!, committed)];
    return events.map((event) => this.#insert(run, event, committed));
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
        memory: row.dry_run === 1 ? run : row.memory,
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
      putDefinition: (hash, body) => {
        if (statements.hasDefinition.get(hash)) return false;
        statements.putDefinition.run(hash, body());
        return true;
      },
      trust: (hash, signature: JsonObject, at) => void statements.trust.run(hash, JSON.stringify(signature), at),
      numberOn: (day) => statements.countUp.get(`runs-on:${day}`)!,
    };
  }

  #begin(row: NewRun): void {
    this.#statements.beginRun.run(
      row.run,
      row.number,
      row.graph ?? null,
      row.definition,
      row.title,
      row.dryRun ? 1 : 0,
      row.memory,
      row.parent?.run ?? null,
      row.parent?.node ?? null,
      row.idempotencyKey ?? null,
      row.at,
      row.page ?? null,
    );
    this.#rows.begin(row.run);
    // Without any effect: what a dry run would remember under a name that others share is its own.
    const memory = row.dryRun ? row.run : row.memory;
    this.#heads.set(row.run, { seq: 0, epoch: 1, hash: '', memory, remote: false });
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
