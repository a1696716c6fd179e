import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { Clock } from '../../clock.ts';
import { Acts } from '../acts.ts';
import { Stopped } from '../durable.ts';
import type { Batch, Caller, Deed, Start } from './messages.ts';

/** What works in a stretch: an interpreter that was given the run's events and commits to the stretch. */
export interface Working {
  /** Events on record that it has not seen: its own and others'. */
  deliver(event: RunEvent): void;
  /** Says again that it is idle, if what was delivered changes nothing. */
  look(): void;
  /** Lets go of everything as it is: nothing is recorded any more. What acts is taken over by who begins anew. */
  letGo(): void;
  /** The same, and whatever acts is told to end. */
  release(): void;
}

/** Events that belong together, with the runs that they begin, cancel and have go on. */
export interface Commit {
  events: NewEvent[];
  begin?: Start;
  cancel?: string;
  goOn?: { child: string; caller: Caller };
  deed?: Deed;
  ended?: boolean;
}

interface Queued extends Commit {
  resolve(recorded: RunEvent[]): void;
}

/** What a stretch is made of. */
export interface StretchOptions {
  run: string;
  clock: Clock;
  /** This life of this worker: no other one has the same. */
  worker: string;
  /**
   * How long whoever had the run before may still act on the world after it was taken over, in milliseconds: it is told to end,
   * and has its time to do so. 0 waits for nobody.
   */
  settleMs: number;
  /** Whether Restate's clock is not near this machine's. */
  isApart?(): boolean;
  /** Earlier tries of this run on this worker, of which something may still act. */
  earlier: readonly Stretch[];
  /** Makes the interpreter, which may commit from its first moment on. */
  begin(stretch: Stretch): Working;
}

const NEVER = new Promise<never>(() => undefined);

/**
 * The part of a stretch of work that lives in the worker's memory. Its log asks it for one group commit after the other
 * (`next`) and tells it what is on record (`record`). While the log only repeats what an earlier try recorded nobody works
 * here: that begins with the first `next`.
 */
export class Stretch {
  readonly run: string;
  readonly events: RunEvent[] = [];
  readonly acts = new Acts();
  readonly #options: StretchOptions;
  #working: Working | undefined;
  /** When the work began here; until then everything was another try's. */
  #begunAt = 0;
  /** Whether a try before this one made its group commits on another worker, or in another life of this one. */
  #wasElsewhere = false;
  /** How many effects wait for those who had the run before. */
  #settling = 0;
  /** When the group commit was asked for that is under way, and the last one that is on record. */
  #givenAt = 0;
  #provenAt = 0;
  #queue: Queued[] = [];
  /** What `next` gave and the log has not recorded yet. */
  #given: Queued[] = [];
  #asking = 0;
  #idle = false;
  #broken: { error: unknown } | undefined;
  #released = false;
  #wake: (() => void) | undefined;

  constructor(options: StretchOptions) {
    this.run = options.run;
    this.#options = options;
  }

  /** The log waits for the next group commit, and nothing is on its way there. */
  get quiet(): boolean {
    return this.#wake !== undefined && this.#queue.length === 0 && this.#asking === 0;
  }

  /** Does what asks Restate for something besides its log. */
  async asking<T>(work: () => Promise<T>): Promise<T> {
    this.#asking += 1;
    try {
      return await work();
    } finally {
      this.#asking -= 1;
    }
  }

  /** As in `Journal.append`: resolves with the events when they are on record. */
  append(_run: string, events: readonly NewEvent[]): Promise<RunEvent[]> {
    return this.commit({ events: [...events] });
  }

  commit(commit: Commit): Promise<RunEvent[]> {
    if (this.#released) return NEVER;
    return new Promise((resolve) => {
      this.#queue.push({ ...commit, resolve });
      this.#wake?.();
    });
  }

  /** The interpreter has nothing to do before something comes from outside. */
  idle(): void {
    this.#idle = true;
    this.#wake?.();
  }

  /** A bug, or a machine that does not do: this try is over, and the next goes on from what is on record. */
  fail(error: unknown): void {
    this.#broken ??= { error };
    this.#wake?.();
  }

  /** The next group commit: everything that was committed in one turn of the event loop. */
  async next(): Promise<Batch> {
    if (!this.#working) {
      this.#begunAt = this.#options.clock.now();
      this.#working = this.#options.begin(this);
    }
    while (this.#queue.length === 0 && !this.#idle && !this.#broken) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#broken) throw this.#broken.error;
    const given = this.#queue;
    this.#queue = [];
    this.#given = given;
    const at = this.#options.clock.now();
    this.#givenAt = at;
    const goingOn = given.flatMap(({ goOn }) => goOn ?? []);
    return {
      at,
      by: this.#options.worker,
      events: given.flatMap(({ events }) => events),
      begin: given.flatMap(({ begin }) => begin ?? []),
      cancel: given.flatMap(({ cancel }) => cancel ?? []),
      ...(goingOn.length > 0 ? { goOn: goingOn } : {}),
      deeds: given.flatMap(({ deed }) => deed ?? []),
      ended: given.some(({ ended }) => ended),
      idle: this.#idle,
      ...(this.#options.isApart?.() ? { apart: true } : {}),
    };
  }

  /** Events of the run that are on record now. `own` when they are what `next` gave. */
  record(events: readonly RunEvent[], own: boolean): void {
    for (const event of events) this.events.push(event);
    // Others' events may be what it waited for.
    if (!own) this.#idle = false;
    for (const event of events) this.#working?.deliver(event);
    if (!own) return this.#working?.look();
    const given = this.#given;
    this.#given = [];
    this.#provenAt = this.#givenAt;
    let at = 0;
    for (const entry of given) entry.resolve(events.slice(at, (at += entry.events.length)));
  }

  /** Begins anew from what is on record: a person has decided something that replay has to see. */
  startOver(): void {
    if (!this.#working) return;
    this.#working.letGo();
    this.#queue = [];
    this.#given = [];
    this.#idle = false;
    this.#working = this.#options.begin(this);
  }

  /** Whether something here waits for what an earlier try may still do. */
  get isWaiting(): boolean {
    return this.#settling > 0;
  }

  /** A group commit that an earlier try of this work made. */
  madeBy(worker: string | undefined): void {
    if (worker !== this.#options.worker) this.#wasElsewhere = true;
  }

  /**
   * Resolves when nobody who had the run before acts on this any more: here that is known, of another worker it is known that it
   * has had its time. Nobody is waited for longer than that.
   */
  async settled(name: string): Promise<void> {
    const { clock, settleMs, earlier } = this.#options;
    // No longer than that also where the clock was set back.
    const left = Math.min(this.#begunAt + settleMs - clock.now(), settleMs);
    if (left <= 0) return;
    let takeBack = (): void => undefined;
    const late = new Promise<void>((resolve) => (takeBack = clock.at(clock.now() + left, resolve)));
    const ended = Promise.all(earlier.map(({ acts }) => acts.ended(name)));
    this.#settling += 1;
    await (this.#wasElsewhere ? late : Promise.race([late, ended]));
    this.#settling -= 1;
    takeBack();
  }

  /**
   * Resolves when a group commit is on record that was asked for a moment ago: then nobody else can have got so far with the run
   * that it waits for this one no longer. A machine that was frozen, or long in asking a counterpart, has to show that again.
   */
  async holds(): Promise<void> {
    const { clock, settleMs } = this.#options;
    // A clock that was set back says nothing of how long ago that was.
    const isOld = (): boolean => Math.abs(clock.now() - this.#provenAt) > settleMs / 4;
    while (settleMs > 0 && isOld()) await this.commit({ events: [] });
  }

  /** This try is over: nothing here goes on. */
  release(): void {
    this.#released = true;
    this.#working?.release();
    this.acts.stop(new Stopped('cancelled'));
    this.fail(new Error('this try of the run is over'));
  }
}
