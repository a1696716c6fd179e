import type { TestEngine } from './engine.ts';

/**
 * Waits until what starts by itself has looked through its graphs and what it found is on record, so that the next look is to come
 * within a minute of the simulated clock: files take real time.
 */
export async function looked({ clock, settle }: Pick<TestEngine, 'clock' | 'settle'>): Promise<void> {
  for (;;) {
    await settle();
    const wait = (clock.next() ?? Infinity) - clock.now();
    if (wait > 0 && wait <= 60_000) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
