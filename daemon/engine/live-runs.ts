import type { Failure } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import type { Journal, RunRow, Transaction } from '../journal/journal.ts';
import { Acts } from './acts.ts';
import { updateCell } from './cells.ts';
import { continueChild } from './continue-child.ts';
import type { Pinned } from './definitions.ts';
import { Stopped, type ChildRequest } from './durable.ts';
import type { RunContext } from './execute.ts';
import { endOfChild, interpret, type RunEnd } from './interpret.ts';
import type { CellUpdate, Host, HostedRun } from './host.ts';
import { JournaledRun } from './journaled.ts';
import { KeptRuns } from './kept-runs.ts';
import { freeSlot } from './slots.ts';
import type { Timers } from './timers.ts';

/** What the host of active runs needs to run one. */
export interface LiveRunsOptions {
  journal: Journal;
  clock: Clock;
  timers: Timers;
  pinned(row: RunRow): Pinned;
  /** Whether a run works on another engine: it is never brought into memory here. */
  elsewhere?(run: string): boolean;
  /** A run is in memory from now on; these are its events up to here. */
  loaded(run: string, events: readonly RunEvent[]): void;
  /** The interpreter's surroundings for one run, but for the port. */
  context(row: RunRow, durable: JournaledRun): RunContext;
  /** Puts a child run into a commit; its id. */
  beginChild(transaction: Transaction, parent: { run: string; node: NodeKey }, request: ChildRequest): string;
  cancel(run: string): void;
  /** Why a pinned definition cannot run any more, if so: then its run is suspended. */
  broken(row: RunRow): Failure | undefined;
  /** Something that no failure of a step can be: a full disk, a bug. The run stays as it is, resumable. */
  interrupted(run: string, error: unknown): void;
}

interface Live {
  durable: JournaledRun;
  control: AbortController;
}

/** How many runs begin in one turn of the event loop. */
const AT_ONCE = 100;
/** One that comes back counts for two: all that it was comes with it, and is held while it works. */
const REPLAY = 2;

/** Events that call a run back that was let go while it waited. */
const WAKES = new Set<RunEvent['type']>([
  'run.started',
  'run.cancelling',
  'run.resumed',
  'run.reset',
  'run.moved',
  'gate.signed',
  'gate.refused',
  'ask.answered',
  'signal.received',
  'timer.fired',
]);

/**
 * The runs that are in memory because something in them works. Waiting ones are let go and come back by replay, but for the few that
 * stay (`kept-runs.ts`).
 */
export class LiveRuns implements Host {
  readonly acts = new Acts();
  readonly #options: LiveRunsOptions;
  readonly #live = new Map<string, Live>();
  readonly #kept = new KeptRuns<Live>();
  readonly #parked = new Set<(run: string) => void>();
  /** Runs that are to come back, in turn. */
  readonly #called = new Set<string>();
  /** How many more may begin in this turn of the event loop. */
  #more = AT_ONCE;
  #closed = false;

  constructor(options: LiveRunsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#live.size;
  }

  has(run: string): boolean {
    return this.#live.has(run) || this.#called.has(run);
  }

  /** Whether it waits and stays in memory meanwhile. */
  keeps(run: string): boolean {
    return this.#kept.has(run);
  }

  /** Calls `listener` whenever nothing of a run works any more, because it waits or because it ended. */
  onParked(listener: (run: string) => void): () => void {
    this.#parked.add(listener);
    return () => void this.#parked.delete(listener);
  }

  /**
   * Brings a run into memory and goes on with it, unless it is there, has ended or is suspended. When many come back at once
   * some do so in later turns of the event loop: those before them have ended or wait again by then, so that what is in
   * memory is what works. `events` are all of its events, where the caller has them.
   */
  load(run: string, events?: readonly RunEvent[]): void {
    if (this.#closed || this.has(run)) return;
    if (this.#more === AT_ONCE) setImmediate(() => this.#nextTurn());
    if (this.#more <= 0) {
      this.#called.add(run);
      return;
    }
    this.#more -= events ? 1 : REPLAY;
    this.#load(run, events);
  }

  #nextTurn(): void {
    this.#more = AT_ONCE;
    if (this.#closed) return;
    for (const run of this.#called) {
      this.#called.delete(run);
      this.load(run);
      if (this.#more <= 0) return;
    }
  }

  #load(run: string, given: readonly RunEvent[] | undefined): void {
    const row = this.#options.journal.run(run);
    const goesOn = row && ['running', 'waiting', 'cancelling'].includes(row.status);
    if (!goesOn || this.#options.elsewhere?.(run)) return this.#tellParked(run);
    const events = given ?? this.#options.journal.events(run);
    this.#options.loaded(run, events);
    const durable = new JournaledRun(run, events, this.#options.journal, this.#options.clock, this);
    const control = new AbortController();
    const live = { durable, control };
    this.#live.set(run, live);
    if (durable.cancelling) control.abort(new Stopped('cancelled'));
    this.#run(row, live).catch((error: unknown) => this.interrupted(durable, error));
  }

  /** Lets go of a run as it is. */
  release(run: string): void {
    const live = this.#live.get(run) ?? this.#kept.get(run);
    if (!live) return;
    this.#live.delete(run);
    this.#kept.take(run);
    live.durable.release();
    this.#tellParked(run);
  }

  #tellParked(run: string): void {
    for (const listener of this.#parked) listener(run);
  }

  /** Hands out committed events; brings back the runs that they wake. */
  deliver(events: readonly RunEvent[]): void {
    const wake = new Set<string>();
    /** Kept ones that work again. */
    const woken = new Set<Live>();
    /** Those of runs that begin here: nothing of them was before. */
    const begun = new Map<string, RunEvent[]>();
    for (const event of events) {
      if (event.type === 'run.started') begun.set(event.run, []);
      begun.get(event.run)?.push(event);
      if (this.#startsOver(event)) this.release(event.run);
      const wakes = WAKES.has(event.type) || event.type === 'node.skipped';
      const kept = wakes ? this.#kept.take(event.run) : undefined;
      if (kept) {
        this.#live.set(event.run, kept);
        woken.add(kept);
      }
      const live = this.#live.get(event.run) ?? this.#kept.get(event.run);
      if (live) {
        live.durable.deliver(event);
        if (event.type === 'run.cancelling') live.control.abort(new Stopped('cancelled'));
      } else if (wakes) {
        wake.add(event.run);
      }
    }
    // One that this changes nothing for waits on.
    for (const { durable } of woken) durable.look();
    for (const run of wake) this.load(run, begun.get(run));
  }

  /** A signed skip comes from outside and must be seen by replay; a stage that skips itself goes on. */
  #startsOver(event: RunEvent): boolean {
    if (event.type === 'node.skipped') return event.payload.signature !== undefined;
    return event.type === 'run.resumed' || event.type === 'run.reset' || event.type === 'run.moved';
  }

  idle(run: HostedRun): void {
    const live = this.#live.get(run.run);
    if (live?.durable !== run) return;
    if (!this.#kept.wants(live, this.#options.clock.now())) return this.release(run.run);
    this.#live.delete(run.run);
    for (const other of this.#kept.add(run.run, live)) this.release(other);
    this.#tellParked(run.run);
  }

  interrupted(durable: HostedRun, error: unknown): void {
    if (this.#live.get(durable.run)?.durable !== durable) return;
    this.release(durable.run);
    this.#options.interrupted(durable.run, error);
  }

  wakeAt(at: number): void {
    this.#options.timers.wakeAt(at);
  }

  startChild(parent: { run: string; node: NodeKey }, request: ChildRequest): Promise<string> {
    return this.#options.journal.transact((transaction) => {
      const id = this.#options.beginChild(transaction, parent, request);
      // Stays over a resume, which goes on with that run.
      transaction.append(parent.run, {
        type: 'decision.made',
        node: parent.node,
        payload: { name: 'child', value: id },
      });
      return id;
    });
  }

  continueChild(parent: { run: string; node: NodeKey }, child: string): Promise<boolean> {
    return continueChild(this.#options.journal, parent, child);
  }

  updateCell<R extends Json>(run: string, update: CellUpdate<R>): Promise<R> {
    return updateCell(this.#options.journal, run, update);
  }

  cancelChild(run: string): void {
    this.#options.cancel(run);
  }

  close(): void {
    this.#closed = true;
    this.#called.clear();
    for (const run of this.#kept.runs()) this.#live.set(run, this.#kept.take(run)!);
    for (const [run, live] of this.#live) {
      live.durable.release();
      // Whatever acts is told to end; nothing that it still does is recorded.
      live.control.abort(new Stopped('cancelled'));
      this.#live.delete(run);
    }
    this.acts.stop(new Stopped('cancelled'));
  }

  async #run(row: RunRow, live: Live): Promise<void> {
    const { journal } = this.#options;
    const broken = this.#options.broken(row);
    if (broken) {
      // Where the page itself cannot be had back as it was, the edited one can take over.
      const remedy = `Put back what it needs and resume it, or mend the page: stagebook resume ${row.run} --edited.`;
      const failure = { ...broken, message: `${broken.message} ${remedy}` };
      await journal.append(row.run, [{ type: 'run.suspended', node: '', payload: { failure } }]);
      return this.release(row.run);
    }
    const pinned = this.#options.pinned(row);
    const context = this.#options.context(row, live.durable);
    await this.#end(row, live, await interpret(pinned.definition, context, live.durable, live.control.signal));
  }

  /** The end of a run, its freed slot and its parent's message are one commit. */
  async #end(row: RunRow, live: Live, end: RunEnd): Promise<void> {
    if (this.#live.get(row.run) !== live) return;
    await this.#options.journal.transact((transaction) => {
      transaction.append(row.run, end);
      freeSlot(transaction, row.run);
      if (!row.parent) return;
      transaction.append(row.parent.run, endOfChild(row.parent.node, end));
    });
    if (this.#live.get(row.run) === live) this.release(row.run);
  }
}
