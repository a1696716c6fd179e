import type { Frames } from '../../plugin/pace.ts';

/** Time that a test moves: nothing happens by itself. */
export class Timers implements Frames {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, { at: number; run: () => void }>();

  now = () => this.#now;

  after = (milliseconds: number, run: () => void) => {
    const id = this.#next;
    this.#next += 1;
    this.#timers.set(id, { at: this.#now + milliseconds, run });
    return () => void this.#timers.delete(id);
  };

  soon = (run: () => void) => void this.after(0, run);

  get open(): number {
    return this.#timers.size;
  }

  /** Lets so much time go by, and everything happen that falls due, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [id, due] = [...this.#timers].toSorted(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (id === undefined || due!.at > end) break;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, due!.at);
      due!.run();
    }
    this.#now = end;
  }
}

/** Lets promises go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
