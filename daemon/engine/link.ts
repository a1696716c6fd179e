/** Aborts `control` when `signal` is; returns a function that ends this. */
export function link(signal: AbortSignal, control: AbortController): () => void {
  const abort = (): void => control.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
