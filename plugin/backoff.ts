const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Milliseconds until try number `attempt` (from 0) after a connection was lost: doubling to half a minute, half of it by
 * chance, so that many windows do not knock at the same time. `random` is in [0, 1).
 */
export function backoff(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(longest / 2 + (longest / 2) * random);
}
