/** What a promise came to. */
export type Settled<T> = { is: 'value'; value: T } | { is: 'thrown'; error: unknown };

/** Waits for what comes of it, and never throws. */
export function settle<T>(work: Promise<T>): Promise<Settled<T>> {
  return work.then(
    (value) => ({ is: 'value', value }),
    (error: unknown) => ({ is: 'thrown', error }),
  );
}
