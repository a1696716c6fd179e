import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { Clock } from '../../clock.ts';
import type { Batch, Caller, Deed, Start } from './messages.ts';

/** What works in a stretch: an interpreter that was given the run's events and commits to the stretch. */
export interface Working {
  /** Events on record that it has not seen: its own and others'. */
  deliver(event: RunEvent): void;
  /** Says again that it is idle, if what was delivered changes nothing. */
  look(): void;
  /** Lets go of everything as it is: nothing is recorded any more, whatever acts is told to end. */
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

const NEVER = new Promise<never>(() => undefined);

/**
 * The part of a stretch of work that lives in the worker's memory. Its log asks it for one group commit after the other
 * (`next`) and tells it what is on record (`record`). While the log only repeats what an earlier try recorded nobody works
 * here: that begins with the first `next`.
 */
export class Stretch {
  readonly run: string;
  readonly events: RunEvent[] = [];
  readonly #clock: Clock;
  readonly #begin: (stretch: Stretch) => Working;
  #working: Working | undefined;
  #queue: Queued[] = [];
  /** What `next` gave and the log has not recorded yet. */
  #given: Queued[] = [];
  #asking = 0;
  #idle = false;
  #broken: { error: unknown } | undefined;
  #released = false;
  #wake: (() => void) | undefined;

  /** `begin` makes the interpreter, which may commit from its first moment on. */
  constructor(run: string, clock: Clock, begin: (stretch: Stretch) => Working) {
    this.run = run;
    this.#clock = clock;
    this.#begin = begin;
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
    this.#working ??= this.#begin(this);
    while (this.#queue.length === 0 && !this.#idle && !this.#broken) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#broken) throw this.#broken.error;
    const given = this.#queue;
    this.#queue = [];
    this.#given = given;
    const goingOn = given.flatMap(({ goOn }) => goOn ?? []);
    return {
      at: this.#clock.now(),
      events: given.flatMap(({ events }) => events),
      begin: given.flatMap(({ begin }) => begin ?? []),
      cancel: given.flatMap(({ cancel }) => cancel ?? []),
      ...(goingOn.length > 0 ? { goOn: goingOn } : {}),
      deeds: given.flatMap(({ deed }) => deed ?? []),
      ended: given.some(({ ended }) => ended),
      idle: this.#idle,
    };
  }

  /** Events of the run that are on record now. `own` when they are what `next` gave. */
  record(events: readonly RunEvent[], own: boolean): void {
    this.events.push(...events);
    // Others' events may be what it waited for.
    if (!own) this.#idle = false;
    for (const event of events) this.#working?.deliver(event);
    if (!own) return this.#working?.look();
    const given = this.#given;
    this.#given = [];
    let at = 0;
    for (const entry of given) entry.resolve(events.slice(at, (at += entry.events.length)));
  }

  /** Begins anew from what is on record: a person has decided something that replay has to see. */
  startOver(): void {
    if (!this.#working) return;
    this.#working.release();
    this.#queue = [];
    this.#given = [];
    this.#idle = false;
    this.#working = this.#begin(this);
  }

  /** This try is over: nothing here goes on. */
  release(): void {
    this.#released = true;
    this.#working?.release();
    this.fail(new Error('this try of the run is over'));
  }
}
