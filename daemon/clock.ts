/** Time as everything in the daemon sees it: injected, so that tests can hold and move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once at or after `at` (milliseconds since the epoch). Returns a function that takes it back. */
  at(at: number, wake: () => void): () => void;
}

/** The longest that nobody looks at the clock, in milliseconds. */
const LOOK_MS = 15_000;

/** The machine's clock. Alarms may be months away, and go by what the clock says, also when it was set or the machine slept. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, wake) {
    // The timers of Node count time that the machine was awake, whatever the clock says by then.
    const soon = (): number => Math.max(0, Math.min(at - Date.now(), LOOK_MS));
    let timer = setTimeout(look, soon());
    function look(): void {
      if (Date.now() >= at) wake();
      else timer = setTimeout(look, soon());
    }
    return () => clearTimeout(timer);
  },
};
