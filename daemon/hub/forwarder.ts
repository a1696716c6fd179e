import { toFailure } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Forward, Forwards } from './forwards.ts';
import { Ingress, type IngressOptions } from './ingress.ts';

/** How many runs are told at a time. */
const AT_ONCE = 16;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

export interface ForwarderOptions extends IngressOptions {
  forwards: Forwards;
  clock: Clock;
  /** Told once when nothing can be told any more, and why. */
  onProblem?(problem: string): void;
}

/** Brings to the other engine what it is owed: each run's in order, at least once, under a key by which repeats are known. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #control = new AbortController();
  readonly #ingress: Ingress;
  #working: Promise<void> | undefined;
  /** Woken since it last looked at what is owed. */
  #again = false;
  #pause = 0;
  #takeBack: (() => void) | undefined;
  #complained = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#ingress = new Ingress(options, this.#control.signal);
  }

  /** Something new is owed. */
  wake(): void {
    if (this.#control.signal.aborted) return;
    this.#again = true;
    this.#takeBack?.();
    this.#takeBack = undefined;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // Woken between its last look and its end.
      if (this.#again && !this.#takeBack) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#control.abort();
    this.#takeBack?.();
    await this.#working;
  }

  /** Until nothing is owed, or until something could not be told: then it is tried again after a pause. */
  async #work(): Promise<void> {
    for (;;) {
      this.#again = false;
      const owed = this.#options.forwards.owed(AT_ONCE);
      if (owed.length === 0 || this.#control.signal.aborted) return;
      const results = await Promise.allSettled(owed.map((forward) => this.#tell(forward)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) return this.#putOff(failed.reason);
      this.#pause = 0;
      this.#complained = false;
    }
  }

  async #tell(forward: Forward): Promise<void> {
    await this.#ingress.send(forward);
    this.#options.forwards.sent(forward.id, this.#options.clock.now());
  }

  #putOff(error: unknown): void {
    if (this.#control.signal.aborted) return;
    const { clock, onProblem } = this.#options;
    if (!this.#complained) {
      onProblem?.(
        `What runs are told waits for Restate, and is tried again until it answers: ${toFailure(error).message}`,
      );
    }
    this.#complained = true;
    this.#pause = Math.min(Math.max(this.#pause * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    this.#takeBack = clock.at(clock.now() + this.#pause, () => this.wake());
  }
}
