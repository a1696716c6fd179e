/** The value below which the share `q` of the values lies. Throws for an empty list: nothing was measured. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (value === undefined) throw new Error('no values were measured');
  return value;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median of each number over several results of one shape. */
export function medians<K extends string>(results: readonly Record<K, number>[]): Record<K, number> {
  const keys = Object.keys(results[0] ?? {}) as K[];
  return Object.fromEntries(keys.map((key) => [key, median(results.map((result) => result[key]))])) as Record<
    K,
    number
  >;
}

export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** Resident memory of this process in MB. */
export const residentMb = (): number => Math.round(process.memoryUsage().rss / 2 ** 20);

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
