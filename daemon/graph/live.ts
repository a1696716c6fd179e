import { fail, StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { mayCallLogseq } from '../../shared/logseq/methods.ts';
import type { LogseqHost } from './host.ts';

/** How a Logseq is reached through our plugin. */
export interface LiveAccess {
  /** One method of Logseq's own API, carried out by the plugin. */
  call(method: string, args: Json[]): Promise<Json>;
  /** Raised when the plugin, or its Logseq, has gone. */
  closed: AbortSignal;
}

/** A little more than the 10 s after which the SDK gives up by itself, so that it is the one to say so. */
const PATIENCE_MS = 12_000;

/**
 * A Logseq through our plugin. A call that is under way when the plugin goes, or that is not answered, rejects with the
 * retryable `graph.away`: nobody knows then whether it was carried out, and the page is read again before the next writing.
 */
export function liveHost({ call, closed }: LiveAccess, patienceMs = PATIENCE_MS): LogseqHost {
  return {
    call(method, args) {
      // The plugin refuses it as well; here it is our own mistake, and told as such.
      if (!mayCallLogseq(method, args)) return Promise.reject(new Error(`The plugin does not carry out ${method}.`));
      if (closed.aborted) return Promise.reject(gone());
      return new Promise((resolve, reject) => {
        const leave = (): void => reject(gone());
        const timer = setTimeout(() => reject(slow(method)), patienceMs);
        timer.unref();
        closed.addEventListener('abort', leave, { once: true });
        call(method, args as Json[])
          .then(resolve, (error: unknown) => reject(closed.aborted ? gone(error) : hostError(method, error)))
          .finally(() => {
            clearTimeout(timer);
            closed.removeEventListener('abort', leave);
          });
      });
    },
  };
}

function gone(cause?: unknown): Error {
  return fail(
    'unavailable',
    'graph.away',
    'Logseq, or our plugin in it, has gone. The page is written when it is back.',
    {
      ...(cause !== undefined && { cause }),
    },
  );
}

function slow(method: string, cause?: unknown): Error {
  return fail('unavailable', 'graph.away', `Logseq did not answer ${method} in time. The page is written later.`, {
    ...(cause !== undefined && { cause }),
  });
}

function hostError(method: string, error: unknown): Error {
  if (error instanceof StagebookError && error.failure.retryable) return slow(method, error);
  const why = error instanceof Error ? error.message : String(error);
  // What the SDK says of an answer that does not come.
  if (/time-?\s?out/i.test(why)) return slow(method, error);
  return fail('invalid', 'graph.host_error', `Logseq could not do ${method}: ${why}`, { cause: error });
}
