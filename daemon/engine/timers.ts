import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';

/** How many due timers one commit takes at the most. */
const BATCH = 500;

/** Fires durable timers: one alarm for the earliest of all, however many runs wait. */
export class Timers {
  readonly #journal: Journal;
  readonly #clock: Clock;
  #armedFor = Infinity;
  #disarm: (() => void) | undefined;
  #closed = false;
  readonly #late: (run: string, error: unknown) => void;
  #isLate = false;

  /** `late` is told once of each run that a timer cannot wake, because the journal cannot be written. */
  constructor(journal: Journal, clock: Clock, late: (run: string, error: unknown) => void = () => undefined) {
    this.#journal = journal;
    this.#clock = clock;
    this.#late = late;
  }

  /** Makes sure that timers due at `at` fire then. */
  wakeAt(at: number): void {
    if (this.#closed || at >= this.#armedFor) return;
    this.#disarm?.();
    this.#armedFor = at;
    this.#disarm = this.#clock.at(at, () => void this.#fire());
  }

  /** Looks for the earliest timer; for the start and after each firing. */
  arm(): void {
    const next = this.#journal.nextWake();
    if (next !== undefined) this.wakeAt(next);
  }

  async #fire(): Promise<void> {
    this.#armedFor = Infinity;
    this.#disarm = undefined;
    try {
      await this.#journal.transact((transaction) => {
        // Read inside the commit: what was answered a moment ago has no timer any more.
        for (const { run, node, name } of this.#journal.due(this.#clock.now(), BATCH)) {
          transaction.append(run, { type: 'timer.fired', node, payload: { name } });
        }
      });
      this.#isLate = false;
      if (!this.#closed) this.arm();
    } catch (error) {
      this.#notCommitted(error);
    }
  }

  /** Tried again every second: a full disk may have room by then. */
  #notCommitted(error: unknown): void {
    if (this.#closed) return;
    this.wakeAt(this.#clock.now() + 1000);
    if (this.#isLate) return;
    this.#isLate = true;
    for (const run of new Set(this.#journal.due(this.#clock.now(), BATCH).map((due) => due.run)))
      this.#late(run, error);
  }

  close(): void {
    this.#closed = true;
    this.#disarm?.();
  }
}
