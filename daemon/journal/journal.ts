import type { Json, JsonObject } from '../../shared/json.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';
import type { RunStatus } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';

/**
 * The durable record of all runs. Everything queued in one turn of the event loop is one transaction (group commit);
 * a promise resolves after its transaction is on the disk. A failed transaction rejects everything that was in it.
 */
export interface Journal {
  /** Adds events to a run. Resolves with them as recorded. */
  append(run: string, events: readonly NewEvent[]): Promise<RunEvent[]>;
  /**
   * Decides inside the commit: `decide` sees what all earlier commits and earlier decisions of this batch made true.
   * When it throws, only its own writes are taken back and only its promise rejects.
   */
  transact<T>(decide: (transaction: Transaction) => T): Promise<T>;

  /** A run's events after a sequence number, in order. */
  events(run: string, afterSeq?: number): RunEvent[];
  /** All runs' events after a position, in order. */
  since(pos: number, limit: number): RunEvent[];
  run(run: string): RunRow | undefined;
  /** The newest first. */
  runs(filter: RunsFilter): RunRow[];
  /** The runs that have not ended and are not suspended. */
  active(): { run: string; status: RunStatus }[];
  /** Open gates and asks, the oldest first. */
  waiting(run?: string): { run: string; node: NodeKey; kind: 'gate' | 'ask'; openedAt: number }[];
  /** Timers that are due at `now`, the earliest first. */
  due(now: number, limit: number): TimerRow[];
  /** The earliest timer of all, in milliseconds since the epoch. */
  nextWake(): number | undefined;
  definition(hash: string): string | undefined;
  cell(name: string): Json | undefined;
  memory(namespace: string): MemoryRow[];
  trusted(hash: string): boolean;
  /** The position of the last committed event. */
  head(): number;

  /** Called after each commit with its events, in order. Returns a function that ends it. */
  subscribe(listener: (events: readonly RunEvent[]) => void): () => void;
  close(): void;
}

/** What a decision can read and write. All of it is committed or none. */
export interface Transaction {
  append(run: string, ...events: NewEvent[]): void;
  begin(row: NewRun): void;
  run(run: string): RunRow | undefined;
  runByKey(idempotencyKey: string): string | undefined;
  isWaiting(run: string, node: NodeKey): boolean;
  cell(name: string): Json | undefined;
  setCell(name: string, value: Json | undefined): void;
  /** Keeps a body under its hash, unless one is there: then it is not even made. Gives whether it was made. */
  putDefinition(hash: string, body: () => string): boolean;
  trust(hash: string, signature: JsonObject, at: number): void;
  /** The number of the next run of a UTC day (`YYYY-MM-DD`), from 1; counted up with the commit. */
  numberOn(day: string): number;
}

export interface RunsFilter {
  status?: readonly RunStatus[];
  graph?: string;
  page?: string;
  /** Started before, in milliseconds since the epoch. */
  before?: number;
  limit: number;
}

export interface NewRun {
  run: string;
  number: number;
  graph?: string;
  page?: string;
  definition: string;
  title: string;
  dryRun: boolean;
  memory: string;
  parent?: { run: string; node: NodeKey };
  idempotencyKey?: string;
  at: number;
}

export interface RunRow {
  run: string;
  number: number;
  graph?: string;
  page?: string;
  definition: string;
  title: string;
  status: RunStatus;
  dryRun: boolean;
  memory: string;
  epoch: number;
  parent?: { run: string; node: NodeKey };
  startedAt: number;
  endedAt?: number;
}

export interface TimerRow {
  run: string;
  node: NodeKey;
  name: string;
  at: number;
}

export interface MemoryRow {
  key: string;
  value: Json;
  at: number;
  run: string;
}
