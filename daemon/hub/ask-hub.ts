import { fail, type StagebookError } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { systemClock } from '../clock.ts';
import { ofUs, unlike, WORKER } from './unlike.ts';

const WITHIN_MS = 30_000;

export interface HubAddress {
  /** The hub's id. */
  id: string;
  /** Base address. */
  url: string;
}

export interface AskHubOptions {
  /** This worker's name. */
  node: string;
  token(): Promise<string>;
  fetch?: typeof fetch;
  /** Told once of each thing in which the hub is not as this worker is. */
  onUnlike?(problem: string): void;
}

/**
 * One request of a worker to its hub. Rejects with the hub's own code where it has said one, with the retryable `hub.away` where
 * it does not answer, and with the signal's reason.
 */
export type AskHub = (path: string, body: object, signal?: AbortSignal) => Promise<Json>;

/** The way to a hub. */
export function askHub(hub: HubAddress, options: AskHubOptions): AskHub {
  const { node, fetch: fetching = fetch } = options;
  const meet = unlike((problem) => options.onUnlike?.(problem));
  return async (path, body, signal) => {
    const late = AbortSignal.timeout(WITHIN_MS);
    const authorization = `Bearer ${await options.token()}`;
    let response: Response;
    let text: string;
    try {
      response = await fetching(`${hub.url}/ingest/${path}`, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          authorization,
          [WORKER]: encodeURIComponent(node),
          ...ofUs(systemClock.now()),
        },
        body: JSON.stringify({ hub: hub.id, node, ...body }),
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw fail('unavailable', 'hub.away', `The hub at ${hub.url} does not answer. It is asked again.`, {
        cause: error,
      });
    }
    // A stranger is told nothing, and says nothing.
    if (response.status !== 401) {
      meet(`The hub at ${hub.url}`, (name) => response.headers.get(name), systemClock.now());
    }
    const said = read(text);
    if (response.ok) return said;
    throw failureOf(hub, response.status, said, text);
  };
}

function failureOf({ url }: HubAddress, status: number, said: Json, text: string): StagebookError {
  const error = isObject(said) && isObject(said.error) ? said.error : {};
  return fail(
    status >= 500 ? 'unavailable' : 'denied',
    typeof error.code === 'string' ? error.code : 'hub.away',
    `The hub at ${url} answered ${status}: ${String(error.message ?? text.slice(0, 200))}`,
    error.data === undefined ? {} : { data: error.data },
  );
}

function read(text: string): Json {
  try {
    return readJson(text);
  } catch {
    return null;
  }
}
