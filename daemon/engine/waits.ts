/** What a run waits for: each looks anew whenever something was delivered, until it is over or told to stop. */
export class Waits {
  /** What looks whether a wait is over, and when that ends by itself at the latest. */
  readonly #checks = new Map<() => void, number>();

  get isEmpty(): boolean {
    return this.#checks.size === 0;
  }

  /** When the first ends by itself, in milliseconds since the epoch; Infinity when all of them are for somebody. */
  get wakesAt(): number {
    let first = Infinity;
    for (const endsAt of this.#checks.values()) first = Math.min(first, endsAt);
    return first;
  }

  /** Something was delivered: each looks. */
  look(): void {
    for (const check of this.#checks.keys()) check();
  }

  /** None of them ends any more. */
  clear(): void {
    this.#checks.clear();
  }

  /** Resolves with what `ready` gives once that is not undefined; rejects with the signal's reason. */
  until<T>(ready: () => T | undefined, endsAt: number, signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (): void => {
        this.#checks.delete(check);
        signal.removeEventListener('abort', stop);
      };
      const check = (): void => {
        const value = ready();
        if (value === undefined) return;
        end();
        resolve(value);
      };
      const stop = (): void => {
        end();
        reject(signal.reason as Error);
      };
      this.#checks.set(check, endsAt);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
