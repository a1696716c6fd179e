import { StagebookError, toFailure, type Failure } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { NewEvent, Payloads, RunEvent } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import type { Acts } from './acts.ts';
import type { Journal } from '../journal/journal.ts';
import {
  isUnsettled,
  Stopped,
  UNKNOWN,
  type BranchPolicy,
  type BranchResult,
  type ChildRequest,
  type Durable,
  type DurableStep,
  type Message,
  type OnceType,
  type StepEnd,
} from './durable.ts';
import { link } from './link.ts';
import { Memo } from './memo.ts';

/** What a journaled run needs of the engine that hosts it. */
export interface Host {
  /** Nothing in the run works; everything in it waits. It may be let go. */
  idle(run: JournaledRun): void;
  /** A timer was set: wake at `at` at the latest. */
  wakeAt(at: number): void;
  /** Starts a child and records its id as the decision `child` of the parent's node, in one commit; gives the id. */
  startChild(parent: { run: string; node: NodeKey }, request: ChildRequest): Promise<string>;
  /** Changes a value that runs share and records the result as a decision, in one commit; gives the result. */
  updateCell<R extends Json>(run: string, update: CellUpdate<R>): Promise<R>;
  /** Goes on with a child that stopped before a resume; false when it is gone. Without it a resume begins another one. */
  continueChild?(parent: { run: string; node: NodeKey }, child: string): Promise<boolean>;
  cancelChild(run: string): void;
  /** What acts in this process, over all interpreters of its runs. */
  readonly acts: Acts;
  /**
   * Resolves when whoever had the run before acts no more on this effect, or had its time to end. Without it there is nobody who
   * could: a run works in this process alone.
   */
  settled?(name: string): Promise<void>;
  /** Resolves when it is certain that the run is still this process's. Without it, it always is. */
  holds?(): Promise<void>;
  /** The journal itself failed (a full disk): the run has to be let go as it is. */
  interrupted(run: JournaledRun, error: unknown): void;
}

/** One change of a cell. `change` may be called again when somebody else was faster. */
export interface CellUpdate<R extends Json> {
  cell: string;
  node: NodeKey;
  /** The name of the decision. */
  as: string;
  change(current: Json | undefined): { value: Json | undefined; result: R };
}

/** Never settles: what a run that was let go gets for an answer. Its promises are collected with it. */
const NEVER = new Promise<never>(() => undefined);

/**
 * One active run: replay from its events, whoever keeps them. The embedded engine commits to the SQLite journal (`live-runs.ts`),
 * a distributed one to its own log (`restate/`).
 */
export class JournaledRun implements Durable {
  readonly run: string;
  readonly started: RunEvent<'run.started'>;
  readonly #journal: Pick<Journal, 'append'>;
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #memo = new Memo();
  readonly #waits = new Set<() => void>();
  /** Deadlines of work that goes on. A race itself waits for nothing but its work, which is busy or waits. */
  readonly #races = new Set<() => void>();
  readonly #pending = new Set<string>();
  #busy = 0;
  #released = false;

  /** `events` are all of the run's up to here. */
  constructor(run: string, events: readonly RunEvent[], journal: Pick<Journal, 'append'>, clock: Clock, host: Host) {
    this.run = run;
    this.#journal = journal;
    this.#clock = clock;
    this.#host = host;
    this.started = events[0] as RunEvent<'run.started'>;
    for (const event of events) this.#memo.apply(event);
  }

  get cancelling(): boolean {
    return this.#memo.cancelling;
  }

  /** Events of this run that somebody else committed: messages, timers, a cancel. */
  deliver(event: RunEvent): void {
    this.#memo.apply(event);
    for (const check of this.#races) check();
    for (const check of this.#waits) check();
  }

  /** Has the host told again if nothing works: it has heard so before, and something was delivered since. */
  look(): void {
    this.#whenIdle();
  }

  /** Lets go of the run as it is: whatever still runs gets no answer any more and records nothing. */
  release(): void {
    this.#released = true;
    this.#races.clear();
    this.#waits.clear();
  }

  now(): number {
    return this.#clock.now();
  }

  record(event: NewEvent): void {
    const done = event.type === 'node.started' ? this.#memo.entered(event.node) : this.#memo.left(event.node);
    if (done || this.#released) return;
    void this.#append(event);
  }

  async once<T extends OnceType>(
    type: T,
    key: NodeKey,
    compute: () => Payloads[T] | Promise<Payloads[T]>,
  ): Promise<Payloads[T]> {
    const recorded = this.#memo.once(type, key);
    if (recorded) return recorded.payload as Payloads[T];
    return this.#works(async () => {
      const payload = await compute();
      await this.#append({ type, node: key, payload } as NewEvent);
      return payload;
    });
  }

  async decide<T extends Json>(
    key: NodeKey,
    name: string,
    compute: () => T | Promise<T>,
    options: { transient?: boolean } = {},
  ): Promise<T> {
    const recorded = this.#memo.decision(key, name);
    if (recorded !== undefined) return recorded as T;
    return this.#works(async () => {
      const value = await compute();
      const transient = options.transient ? { transient: true } : {};
      await this.#append({ type: 'decision.made', node: key, payload: { name, value, ...transient } });
      return value;
    });
  }

  async step(key: NodeKey, step: DurableStep): Promise<StepEnd> {
    const recorded = this.#memo.end(key);
    if (recorded) return recorded;
    this.#begins();
    try {
      const starts = this.#memo.starts(key);
      const open = starts.filter((start) => start.open);
      const interrupted = open.length > 0;
      // One that an earlier epoch left open has another key, and by this one it has to be found later.
      const isOnRecord = open.some((start) => start.key === step.start?.step.key);
      const begins = step.start && !isOnRecord && !step.stopped;
      if (begins) await this.#append({ type: 'node.started', node: key, payload: step.start! });
      if (interrupted && step.start && this.#host.settled) {
        await this.#host.settled(this.#act(key, step.start.step.key));
      }
      // Where several machines may believe that they have the run, only the one that does gets past a commit, be it an empty one:
      // nobody else may look whether the effect is there, find nothing, and do it.
      if (interrupted) await this.#append();
      const end = await step.work({ interrupted, starts, restored: this.#memo.restored });
      await this.#append(end);
      return end;
    } finally {
      this.#ends();
    }
  }

  async holds(): Promise<void> {
    if (this.#host.holds) await this.#committed(() => this.#host.holds!());
  }

  act<T>(key: NodeKey, effect: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#host.acts.take(this.#act(key, effect), signal, work);
  }

  isActing(key: NodeKey, effect: string): boolean {
    return this.#host.acts.isGoing(this.#act(key, effect));
  }

  #act(key: NodeKey, effect: string): string {
    return `${this.run}\n${key}\n${effect}`;
  }

  working<T>(work: () => Promise<T>): Promise<T> {
    return this.#works(work);
  }

  async message(
    key: NodeKey,
    n: number,
    deadline: number | undefined,
    signal: AbortSignal,
  ): Promise<Message | 'elapsed'> {
    // The first deadline of a node has the plain name; another one, of what is still asked for then, has its own.
    const first = this.#memo.timer(key, 'deadline')?.at ?? deadline;
    const name = first === deadline ? 'deadline' : `deadline-${deadline}`;
    if (deadline !== undefined) await this.#setTimer(key, name, deadline);
    return this.#wait(signal, () => {
      const message = this.#memo.message(key, n);
      const fired = deadline === undefined ? undefined : this.#memo.timer(key, name)?.fired;
      if (message && (fired === undefined || message.seq < fired)) return message;
      return fired === undefined ? undefined : 'elapsed';
    });
  }

  async sleepUntil(key: NodeKey, name: string, at: number, signal: AbortSignal): Promise<void> {
    await this.#setTimer(key, name, at);
    await this.#wait(signal, () => (this.#memo.timer(key, name)?.fired === undefined ? undefined : true));
  }

  async race<T>(
    key: NodeKey,
    name: string,
    at: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ elapsed: false; value: T } | { elapsed: true }> {
    await this.#setTimer(key, name, at);
    const elapsed = (): boolean => {
      const fired = this.#memo.timer(key, name)?.fired;
      const ended = this.#memo.branch(key, name)?.seq;
      return fired !== undefined && (ended === undefined || fired < ended);
    };
    const control = new AbortController();
    const unlink = link(signal, control);
    if (elapsed()) control.abort(new Stopped('deadline'));
    const check = (): void => {
      if (elapsed()) control.abort(new Stopped('deadline'));
    };
    this.#races.add(check);
    const outcome = await settle(work(control.signal));
    this.#races.delete(check);
    unlink();
    if (outcome.is === 'thrown' && isUnsettled(outcome.error)) throw outcome.error;
    // What is on record comes first: replay may be stopped where the work was not.
    if (elapsed()) return { elapsed: true };
    const recorded = this.#memo.branch(key, name);
    if (recorded?.payload.failure) throw new StagebookError(recorded.payload.failure);
    if (signal.aborted && outcome.is === 'thrown') throw outcome.error;
    if (!recorded) {
      const failure = outcome.is === 'thrown' ? { failure: toFailure(outcome.error) } : {};
      await this.#works(() => this.#append({ type: 'branch.ended', node: key, payload: { name, ...failure } }));
      if (elapsed()) return { elapsed: true };
    }
    if (outcome.is === 'thrown') throw outcome.error;
    return { elapsed: false, value: outcome.value };
  }

  async branches<T extends Json>(
    key: NodeKey,
    names: readonly string[],
    policy: BranchPolicy,
    signal: AbortSignal,
    work: (name: string, index: number, signal: AbortSignal) => Promise<T>,
  ): Promise<BranchResult<T>[]> {
    const control = new AbortController();
    const unlink = link(signal, control);
    const cancelOthers = policy.onFailure === 'cancel';
    // On replay a failure that was committed decides before any branch does something new. What was begun is still gone through:
    // it may have happened, and may have to be taken back.
    if (cancelOthers && names.some((name) => this.#memo.branch(key, name)?.payload.failure)) {
      control.abort(new Stopped('sibling-failed'));
    }
    const results: BranchResult<T>[] = names.map(() => ({ is: 'stopped' }));
    const one = async (index: number): Promise<void> => {
      const name = names[index] as string;
      const outcome = await settle(work(name, index, control.signal));
      const recorded = this.#memo.branch(key, name);
      // How it ended is on record, however far replay came before it was stopped.
      const failure = recorded?.payload.failure ?? (outcome.is === 'thrown' ? toFailure(outcome.error) : undefined);
      if (!recorded?.payload.failure && outcome.is === 'thrown' && outcome.error instanceof Stopped) return;
      if (!recorded) {
        const payload = { name, ...(failure ? { failure } : {}) };
        await this.#works(() => this.#append({ type: 'branch.ended', node: key, payload }));
      }
      if (failure) results[index] = { is: 'failed', failure };
      else if (outcome.is === 'value') results[index] = { is: 'ok', output: outcome.value };
      if (failure && cancelOthers) control.abort(new Stopped('sibling-failed'));
    };
    await pool(names.length, policy.limit ?? names.length, one);
    unlink();
    const unsettled = results.find((result) => result.is === 'failed' && result.failure.code === UNKNOWN);
    if (unsettled?.is === 'failed' && (signal.aborted || policy.onFailure !== 'continue')) {
      throw new StagebookError(unsettled.failure);
    }
    if (signal.aborted) throw signal.reason;
    if (cancelOthers) this.#keepFirstFailure(key, names, results);
    return results;
  }

  /** Of several failures under `cancel` the one committed first is the outcome; the others count as stopped. */
  #keepFirstFailure<T>(key: NodeKey, names: readonly string[], results: BranchResult<T>[]): void {
    let first: number | undefined;
    const seq = (index: number): number => this.#memo.branch(key, names[index] as string)?.seq ?? Infinity;
    for (const [index, result] of results.entries()) {
      if (result.is === 'failed' && (first === undefined || seq(index) < seq(first))) first = index;
    }
    if (first === undefined) return;
    for (const [index, result] of results.entries()) {
      if (result.is === 'failed' && index !== first) results[index] = { is: 'stopped' };
    }
  }

  async child(key: NodeKey, request: ChildRequest, signal: AbortSignal): Promise<Json> {
    let child = this.#memo.decision(key, 'child') as string | undefined;
    const parent = { run: this.run, node: key };
    if (child !== undefined && !this.#memo.message(key, 0) && this.#host.continueChild) {
      const known = child;
      const goesOn = this.#works(() => this.#committed(() => this.#host.continueChild!(parent, known)));
      if (!(await goesOn)) child = undefined;
    }
    if (child === undefined) {
      child = await this.#works(() => this.#committed(() => this.#host.startChild(parent, request)));
    }
    const started = child;
    const cancel = (): void => this.#host.cancelChild(started);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      const ended = await this.message(key, 0, undefined, new AbortController().signal);
      if (ended === 'elapsed' || ended.type !== 'signal.received') throw new Error(`${key} got no end of its child`);
      const { value } = ended.payload;
      if (isObject(value) && value.ok === true) return value.output ?? null;
      const failure = (isObject(value) ? value.failure : null) as unknown as Failure;
      if (signal.aborted && failure.code !== UNKNOWN) throw signal.reason;
      throw new StagebookError(failure);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  cell<T extends Json>(name: string) {
    return {
      update: async <R extends Json>(
        key: NodeKey,
        as: string,
        change: (current: T | undefined) => { value: T | undefined; result: R },
      ): Promise<R> => {
        const recorded = this.#memo.decision(key, as);
        if (recorded !== undefined) return recorded as R;
        const update: CellUpdate<R> = {
          cell: name,
          node: key,
          as,
          change: (current) => change(current as T | undefined),
        };
        return this.#works(() => this.#committed(() => this.#host.updateCell(this.run, update)));
      },
    };
  }

  completion(key: NodeKey): number | undefined {
    const end = this.#memo.end(key);
    return end?.type === 'node.completed' ? end.seq : undefined;
  }

  ended(key: NodeKey): boolean {
    return this.#memo.end(key) !== undefined;
  }

  enteredAt(key: NodeKey): number | undefined {
    return this.#memo.enteredAt(key);
  }

  reached(key: NodeKey): boolean {
    return this.#memo.reached(key);
  }

  skipped(key: NodeKey): boolean {
    return this.#memo.once('node.skipped', key) !== undefined;
  }

  answered(key: NodeKey): boolean {
    return this.#memo.message(key, 0) !== undefined;
  }

  /** Commits events that the caller made itself; for what is neither asked for twice nor replayed. */
  async commit(...events: NewEvent[]): Promise<void> {
    await this.#works(() => this.#append(...events));
  }

  async #setTimer(key: NodeKey, name: string, at: number): Promise<void> {
    if (this.#memo.timer(key, name)) return;
    await this.#works(() => this.#append({ type: 'timer.set', node: key, payload: { name, at } }));
    this.#host.wakeAt(at);
  }

  async #append(...events: NewEvent[]): Promise<void> {
    if (this.#released) return NEVER;
    try {
      await this.#journal.append(this.run, events);
    } catch (error) {
      return this.#notCommitted(error);
    }
    return this.#released ? NEVER : undefined;
  }

  /** Goes on only when the commit is on the disk. A run that was let go, or whose journal fails, does not go on at all. */
  async #committed<T>(commit: () => Promise<T>): Promise<T> {
    if (this.#released) return NEVER;
    try {
      const value = await commit();
      return this.#released ? await NEVER : value;
    } catch (error) {
      return this.#notCommitted(error);
    }
  }

  #notCommitted(error: unknown): Promise<never> {
    if (error instanceof StagebookError) throw error;
    if (!this.#released) this.#host.interrupted(this, error);
    return NEVER;
  }

  #wait<T>(signal: AbortSignal, ready: () => T | undefined): Promise<T> {
    const now = ready();
    if (now !== undefined) return Promise.resolve(now);
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return new Promise<T>((resolve, reject) => {
      const end = (): void => {
        this.#waits.delete(check);
        signal.removeEventListener('abort', stop);
      };
      const check = (): void => {
        const value = ready();
        if (value === undefined) return;
        end();
        resolve(value);
      };
      const stop = (): void => {
        end();
        reject(signal.reason as Error);
      };
      this.#waits.add(check);
      signal.addEventListener('abort', stop, { once: true });
      this.#whenIdle();
    });
  }

  async #works<T>(work: () => Promise<T>): Promise<T> {
    this.#begins();
    try {
      return await work();
    } finally {
      this.#ends();
    }
  }

  #begins(): void {
    this.#busy += 1;
  }

  #ends(): void {
    this.#busy -= 1;
    this.#whenIdle();
  }

  /** One look after everything that can go on has gone on. */
  #whenIdle(): void {
    if (this.#busy > 0 || this.#pending.size > 0 || this.#waits.size === 0) return;
    this.#pending.add('idle');
    setImmediate(() => {
      this.#pending.clear();
      if (this.#busy === 0 && this.#waits.size > 0 && !this.#released) this.#host.idle(this);
    });
  }
}

/** A decision that a resume after a failure makes anew. */
export function decision(node: NodeKey, name: string, value: Json): NewEvent {
  return { type: 'decision.made', node, payload: { name, value, transient: true } };
}

type Settled<T> = { is: 'value'; value: T } | { is: 'thrown'; error: unknown };

function settle<T>(work: Promise<T>): Promise<Settled<T>> {
  return work.then(
    (value) => ({ is: 'value', value }),
    (error: unknown) => ({ is: 'thrown', error }),
  );
}

/** Calls `one` for 0 … count-1 in order, at most `limit` at the same time. */
async function pool(count: number, limit: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(limit, 1), count) }, worker));
}
