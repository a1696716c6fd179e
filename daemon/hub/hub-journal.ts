import { fail } from '../../shared/failure.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';
import type { Clock } from '../clock.ts';
import { bodyOfRun } from '../engine/pinned-personas.ts';
import type { Journal, NewRun, Transaction } from '../journal/journal.ts';
import { overJournal } from '../journal/over.ts';
import type { HubTransaction, SqliteJournal } from '../journal/sqlite.ts';
import { digestOf, type Forwards } from './forwards.ts';

/** How long what was told to another engine is waited for before its caller goes on, in milliseconds. It is not lost then. */
const PATIENCE_MS = 10_000;
const ENDS: ReadonlySet<RunEvent['type']> = new Set(['run.completed', 'run.failed', 'run.cancelled']);

export interface HubJournalOptions {
  /** The hub's id. */
  hub: string;
  journal: SqliteJournal;
  forwards: Forwards;
  clock: Clock;
  /** Where runs that begin from now on work. Nowhere when nobody could hear what is reported of them. */
  starts: 'here' | 'there' | 'nowhere';
  /** Something was put on record that the other engine has to be told. */
  owes(): void;
}

/**
 * The journal of a hub. Runs of this process are as ever. For a run that works on another engine, what is decided here (that it
 * begins, a signature, an answer, a cancel) is committed with what has to be told to that engine; it is on record as an event
 * when that engine has put it into the run's order and reported it. Whoever appends waits for that, for a while.
 */
export function hubJournal(options: HubJournalOptions): Journal {
  const { journal } = options;
  const transact = async <T>(decide: (transaction: Transaction) => T): Promise<T> => {
    const said: { told: Told[]; owes: boolean } = { told: [], owes: false };
    const value = await journal.transact((transaction) => {
      const desk = new Desk(options, transaction);
      const result = decide(desk.transaction);
      Object.assign(said, desk.close());
      return result;
    });
    if (said.owes) options.owes();
    // Nothing comes back before this: that takes a way over the network.
    await untilBack(journal, options.clock, said.told);
    return value;
  };
  return overJournal(journal, {
    append: async (run, events) => {
      if (!journal.isRemote(run)) return journal.append(run, events);
      const before = journal.events(run).at(-1)?.seq ?? 0;
      await transact((transaction) => transaction.append(run, ...events));
      const wanted = new Set(events.map(digestOf));
      return journal.events(run, before).filter((event) => wanted.has(digestOf(event)));
    },
    transact,
  });
}

/** One event that was told and is to come back. */
interface Told {
  run: string;
  digest: string;
}

/** One decision's view of the journal: what it appends to runs of another engine is gathered, and told when it is complete. */
class Desk {
  readonly transaction: Transaction;
  readonly #options: HubJournalOptions;
  readonly #inner: HubTransaction;
  readonly #begun = new Map<string, NewRun>();
  readonly #said = new Map<string, NewEvent[]>();
  readonly #at: number;

  constructor(options: HubJournalOptions, inner: HubTransaction) {
    this.#options = options;
    this.#inner = inner;
    this.#at = options.clock.now();
    this.transaction = {
      ...inner,
      begin: (row) => this.#begin(row),
      append: (run, ...events) => this.#append(run, events),
    };
  }

  /** A run that another of this process calls stays with it. */
  #begin(row: NewRun): void {
    const { starts } = this.#options;
    if (starts === 'nowhere' && !row.parent) {
      throw fail(
        'conflict',
        'hub.not_up',
        'With engine: restate runs report to the daemon, and it is not up. Start it: stagebook up.',
      );
    }
    this.#inner.begin(row);
    if (starts === 'here' || row.parent) return;
    this.#inner.markRemote(row.run);
    this.#begun.set(row.run, row);
  }

  #append(run: string, events: readonly NewEvent[]): void {
    if (!this.#inner.isRemote(run)) return this.#inner.append(run, ...events);
    const said = this.#said.get(run) ?? [];
    this.#said.set(run, said);
    // What a run begins with has its place already: it is on record here at once, so that it can be seen and found.
    if (this.#begun.has(run)) {
      this.#inner.adopt(
        run,
        events.map((event, index) => ({
          ...event,
          seq: said.length + index + 1,
          attempt: event.attempt ?? 1,
          epoch: 1,
          at: this.#at,
        })),
      );
    }
    said.push(...events);
  }

  close(): { told: Told[]; owes: boolean } {
    const { hub, forwards } = this.#options;
    const told: Told[] = [];
    for (const [run, events] of this.#said) {
      const row = this.#begun.get(run);
      const common = { hub, run, events, at: this.#at };
      if (row) {
        const body = bodyOfRun(this.#options.journal, run, row.definition);
        forwards.add(run, 'start', { ...common, row, definition: row.definition, body }, events);
      } else {
        forwards.add(run, 'tell', common, events);
        told.push(...events.map((event) => ({ run, digest: digestOf(event) })));
      }
    }
    return { told, owes: this.#said.size > 0 };
  }
}

/** Waits for told events to come back, or for their runs to end: what does not fit a run any more is dropped there. */
function untilBack(journal: SqliteJournal, clock: Clock, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return Promise.resolve();
  const missing = new Map(told.map(({ run, digest }) => [`${run} ${digest}`, run]));
  const runs = new Set(missing.values());
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      takeBack();
      resolve();
    };
    const takeBack = clock.at(clock.now() + PATIENCE_MS, end);
    const stop = journal.subscribe((events) => {
      for (const event of events) {
        if (!runs.has(event.run)) continue;
        missing.delete(`${event.run} ${digestOf(event)}`);
        if (!ENDS.has(event.type)) continue;
        for (const [key, run] of missing) if (run === event.run) missing.delete(key);
      }
      if (missing.size === 0) end();
    });
  });
}
