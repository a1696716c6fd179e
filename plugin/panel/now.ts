import { signal } from '@preact/signals';

const seconds = signal(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;

/** The time of one clock for the whole page, which ticks only while it is in front. */
export function beginClock(): void {
  const tick = () => (seconds.value = Date.now());
  const set = () => {
    clearInterval(timer);
    if (document.visibilityState !== 'visible') return;
    tick();
    timer = setInterval(tick, 1_000);
  };
  document.addEventListener('visibilitychange', set);
  set();
}

/** Milliseconds since the epoch. What is not `live` is drawn once and does not tick. */
export function useNow(live: boolean): number {
  return live ? seconds.value : seconds.peek();
}
