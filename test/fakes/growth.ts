const TIMES_MORE = 8;
/** Less is too little to tell anything by, in microseconds. */
const LEAST = 4_000;

/** What `toGrow` may give for what is linear; a quadratic one is at 64. */
export const LINEAR = 32;

/**
 * How many times as much processor time the work takes for eight times the size. Other programs on the machine take none of it,
 * and of three tries the best counts.
 */
export function toGrow(size: number, work: (size: number) => unknown): number {
  const best = (of: number): number => Math.max(LEAST, Math.min(costOf(work, of), costOf(work, of), costOf(work, of)));
  return best(size * TIMES_MORE) / best(size);
}

function costOf(work: (size: number) => unknown, size: number): number {
  const before = process.cpuUsage();
  work(size);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
