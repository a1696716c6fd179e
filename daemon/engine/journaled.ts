import { StagebookError, type Failure } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { NewEvent, Payloads, RunEvent } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import { runBranches, type BranchRecord } from './branches.ts';
import type { Journal } from '../journal/journal.ts';
import {
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
import type { CellUpdate, Host } from './host.ts';
import { Memo } from './memo.ts';
import { runRace, type Deadline } from './race.ts';
import { Waits } from './waits.ts';

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
  readonly #waits = new Waits();
  /** Deadlines of work that goes on. A race itself waits for nothing but its work, which is busy or waits. */
  readonly #races = new Set<() => void>();
  /** It is about to look whether anything works. */
  #looks = false;
  #length = 0;
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
    this.#length = events.length;
  }

  get cancelling(): boolean {
    return this.#memo.cancelling;
  }

  /** How many events it has: what a replay of it goes through. */
  get length(): number {
    return this.#length;
  }

  /** When the first of its waits ends by itself, in milliseconds since the epoch; Infinity when all of them are for somebody. */
  get wakesAt(): number {
    return this.#waits.wakesAt;
  }

  /** Events of this run that somebody else committed: messages, timers, a cancel. */
  deliver(event: RunEvent): void {
    this.#memo.apply(event);
    this.#length += 1;
    for (const check of this.#races) check();
    this.#waits.look();
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
      const open = starts.length === 0 ? starts : starts.filter((start) => start.open);
      const interrupted = open.length > 0;
      const begins = step.start && !step.stopped && !this.#memo.isBegun(key, step.start.step);
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
    return this.#wait(signal, deadline, () => {
      const message = this.#memo.message(key, n);
      const fired = deadline === undefined ? undefined : this.#memo.timer(key, name)?.fired;
      if (message && (fired === undefined || message.seq < fired)) return message;
      return fired === undefined ? undefined : 'elapsed';
    });
  }

  async sleepUntil(
    key: NodeKey,
    name: string,
    at: number,
    signal: AbortSignal,
    options: { once?: boolean } = {},
  ): Promise<void> {
    await this.#setTimer(key, name, at, options.once ? { once: true } : {});
    await this.#wait(signal, this.#memo.timer(key, name)?.at, () =>
      this.#memo.timer(key, name)?.fired === undefined ? undefined : true,
    );
  }

  async race<T>(
    key: NodeKey,
    name: string,
    at: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ elapsed: false; value: T } | { elapsed: true }> {
    await this.#setTimer(key, name, at);
    const deadline: Deadline = {
      fired: () => this.#memo.timer(key, name)?.fired,
      watch: (look) => {
        this.#races.add(look);
        return () => this.#races.delete(look);
      },
    };
    return runRace(name, deadline, this.#branchesOf(key), signal, work);
  }

  branches<T extends Json>(
    key: NodeKey,
    names: readonly string[],
    policy: BranchPolicy,
    signal: AbortSignal,
    work: (name: string, index: number, signal: AbortSignal) => Promise<T>,
  ): Promise<BranchResult<T>[]> {
    return runBranches(this.#branchesOf(key), names, policy, signal, work);
  }

  #branchesOf(key: NodeKey): BranchRecord {
    return {
      ended: (name) => this.#memo.branch(key, name),
      end: (name, failure) => {
        const payload = { name, ...(failure ? { failure } : {}) };
        return this.#works(() => this.#append({ type: 'branch.ended', node: key, payload }));
      },
    };
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

  async #setTimer(key: NodeKey, name: string, at: number, more: { once?: true } = {}): Promise<void> {
    if (this.#memo.timer(key, name)) return;
    await this.#works(() => this.#append({ type: 'timer.set', node: key, payload: { name, at, ...more } }));
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

  #wait<T>(signal: AbortSignal, endsAt = Infinity, ready: () => T | undefined): Promise<T> {
    const now = ready();
    if (now !== undefined) return Promise.resolve(now);
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const over = this.#waits.until(ready, endsAt, signal);
    this.#whenIdle();
    return over;
  }

  /** Counts as working until it is settled. */
  #works<T>(work: () => Promise<T>): Promise<T> {
    this.#begins();
    const done = work();
    const end = (): void => this.#ends();
    done.then(end, end);
    return done;
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
    if (this.#busy > 0 || this.#looks || this.#waits.isEmpty) return;
    this.#looks = true;
    setImmediate(() => {
      this.#looks = false;
      if (this.#busy === 0 && !this.#waits.isEmpty && !this.#released) this.#host.idle(this);
    });
  }
}

/** A decision that a resume after a failure makes anew. */
export function decision(node: NodeKey, name: string, value: Json): NewEvent {
  return { type: 'decision.made', node, payload: { name, value, transient: true } };
}
