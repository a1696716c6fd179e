import { link } from './link.ts';

interface Act {
  control: AbortController;
  unlink(): void;
  outcome: Promise<unknown>;
}

/**
 * What acts on the world in this process now, by a name of its own. It outlives the interpreter that began it: when replay begins
 * anew while something acts, that goes on and is not begun a second time.
 */
export class Acts {
  readonly #going = new Map<string, Act>();

  /** Does the work, or takes over what is being done under that name: its outcome and, from now on, when it is told to end. */
  take<T>(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const going = this.#going.get(name);
    if (going && !going.control.signal.aborted) {
      going.unlink();
      going.unlink = link(signal, going.control);
      return going.outcome as Promise<T>;
    }
    const control = new AbortController();
    const outcome = work(control.signal);
    const act: Act = { control, unlink: link(signal, control), outcome };
    this.#going.set(name, act);
    const end = (): void => {
      act.unlink();
      if (this.#going.get(name) === act) this.#going.delete(name);
    };
    outcome.then(end, end);
    return outcome;
  }

  /** Whether this is being done, and was not told to end. */
  isGoing(name: string): boolean {
    return this.#going.get(name)?.control.signal.aborted === false;
  }

  /** Resolves when this is not being done any more; at once when it was not. */
  async ended(name: string): Promise<void> {
    await this.#going.get(name)?.outcome.catch(() => undefined);
  }

  /** Resolves when nothing of it acts any more. */
  async allEnded(): Promise<void> {
    await Promise.allSettled([...this.#going.values()].map(({ outcome }) => outcome));
  }

  /** Tells all of it to end. */
  stop(reason: Error): void {
    for (const { control } of this.#going.values()) control.abort(reason);
  }
}
