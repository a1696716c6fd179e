import type { JournaledRun } from './journaled.ts';

/** From so many events on a replay costs more than what most runs do between two waits. */
const LONG = 200;
/** What wakes later may be replayed, in milliseconds. */
const SOON_MS = 3_600_000;
/** So many events of all kept runs together, at some hundred bytes each. The one that came last stays whatever it has. */
const MOST_EVENTS = 200_000;

interface Waiting {
  durable: Pick<JournaledRun, 'length' | 'wakesAt'>;
}

/**
 * Runs that stay in memory though everything in them waits: those with a long record that go on by themselves soon, as a `repeat` that
 * polls. Replayed at each wake, all polls together would cost the square of their number. What is kept is bounded; whatever
 * waits for somebody alone is not kept.
 */
export class KeptRuns<T extends Waiting> {
  /** The one that was kept longest ago comes first. */
  readonly #kept = new Map<string, { kept: T; events: number }>();
  #events = 0;

  has(run: string): boolean {
    return this.#kept.has(run);
  }

  get(run: string): T | undefined {
    return this.#kept.get(run)?.kept;
  }

  runs(): string[] {
    return [...this.#kept.keys()];
  }

  /** Whether a run that waits stays, as of a moment in milliseconds since the epoch. */
  wants({ durable }: T, now: number): boolean {
    return durable.length >= LONG && durable.wakesAt <= now + SOON_MS;
  }

  /** Keeps one that is not kept. Gives those that have to be taken out for it, the oldest first. */
  add(run: string, kept: T): string[] {
    const { length: events } = kept.durable;
    this.#kept.set(run, { kept, events });
    this.#events += events;
    const gone: string[] = [];
    let left = this.#events;
    for (const [other, own] of this.#kept) {
      if (left <= MOST_EVENTS || other === run) break;
      left -= own.events;
      gone.push(other);
    }
    return gone;
  }

  /** Takes one out. */
  take(run: string): T | undefined {
    const entry = this.#kept.get(run);
    if (!entry) return undefined;
    this.#kept.delete(run);
    this.#events -= entry.events;
    return entry.kept;
  }
}
