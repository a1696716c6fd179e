import type { Clock } from '../clock.ts';

/** A clock that stands still until it is moved: what tests and scenarios use in place of sleeping. */
export class SimulatedClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #alarms = new Map<number, { at: number; wake: () => void }>();

  /** `start` in milliseconds since the epoch. */
  constructor(start = Date.UTC(2026, 0, 5, 9)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  at(at: number, wake: () => void): () => void {
    const id = this.#sequence++;
    this.#alarms.set(id, { at, wake });
    return () => void this.#alarms.delete(id);
  }

  /** When the next alarm is due; undefined without any. */
  next(): number | undefined {
    const times = [...this.#alarms.values()].map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Moves to `to` and rings every alarm on the way, in order. */
  advanceTo(to: number): void {
    for (;;) {
      const due = [...this.#alarms].filter(([, { at }]) => at <= to).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [id, { at, wake }] = due;
      this.#alarms.delete(id);
      this.#now = Math.max(this.#now, at);
      wake();
    }
    this.#now = Math.max(this.#now, to);
  }
}
