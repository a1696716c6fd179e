import { toFailure } from '../../shared/failure.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { Clock } from '../clock.ts';
import { enterEvents, type EnteringMeans } from './enter-events.ts';
import type { OutboxStore } from './outbox-store.ts';

const CATCH_UP = 1_000;
/** When books that could not be kept are tried again, in milliseconds. */
const AGAIN_MS = 10_000;

interface Options extends EnteringMeans {
  store: OutboxStore;
  clock: Clock;
  /** All runs' events after a position, in order. */
  since(pos: number, limit: number): readonly RunEvent[];
  onProblem(message: string): void;
}

/** Follows the journal and enters the pages that its events call for: each event once, in order, over restarts. */
export class Entering {
  readonly #options: Options;
  /** Before `open`, events are left to its catching up, so that none is taken for entered before those in front of it are. */
  #isOpen = false;
  #cancel = (): void => undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Enters what happened while nobody listened. Throws what the books throw. */
  open(): void {
    const { store, since } = this.#options;
    this.#isOpen = true;
    for (let seen = store.seen(); this.#isOpen;) {
      const events = since(seen, CATCH_UP);
      this.note(events);
      seen = events.at(-1)?.pos ?? seen;
      if (events.length < CATCH_UP) break;
    }
  }

  /** Never throws: it is called from the journal's commit. What cannot be entered is caught up with when it can. */
  note(events: readonly RunEvent[]): void {
    if (!this.#isOpen) return;
    try {
      enterEvents(events, this.#options);
    } catch (error) {
      this.#putOff(error);
    }
  }

  close(): void {
    this.#isOpen = false;
    this.#cancel();
  }

  #putOff(error: unknown): void {
    const { clock, onProblem } = this.#options;
    this.#isOpen = false;
    onProblem(toFailure(error).message);
    this.#cancel = clock.at(clock.now() + AGAIN_MS, () => {
      try {
        this.open();
      } catch (again) {
        this.#putOff(again);
      }
    });
  }
}
