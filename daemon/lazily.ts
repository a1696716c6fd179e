/** Gives what is heavy to load or make, from the first time on that it is asked for. */
export function lazily<T extends object>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}
