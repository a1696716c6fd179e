/** Time as everything in the daemon sees it: injected, so that tests can hold and move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once at or after `at` (milliseconds since the epoch). Returns a function that takes it back. */
  at(at: number, wake: () => void): () => void;
}

/** The machine's clock. Timers do not keep the process alive by themselves and may be months away. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, wake) {
    let timer: NodeJS.Timeout;
    // setTimeout overflows past 2^31 ms: wake up half-way and look again.
    const arm = () => {
      const left = at - Date.now();
      timer = setTimeout(left > 2 ** 30 ? arm : wake, Math.max(0, Math.min(left, 2 ** 30)));
    };
    arm();
    return () => clearTimeout(timer);
  },
};
