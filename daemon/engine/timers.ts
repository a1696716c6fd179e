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

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
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
    await this.#journal
      .transact((transaction) => {
        // Read inside the commit: what was answered a moment ago has no timer any more.
        for (const { run, node, name } of this.#journal.due(this.#clock.now(), BATCH)) {
          transaction.append(run, { type: 'timer.fired', node, payload: { name } });
        }
      })
      .catch((error: unknown) => {
        if (!this.#closed) this.wakeAt(this.#clock.now() + 1000);
        return error;
      });
    if (!this.#closed) this.arm();
  }

  close(): void {
    this.#closed = true;
    this.#disarm?.();
  }
}
