import { fail, StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { ActionContext } from '../actions/action.ts';

export interface Question {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | FormData;
  /** Milliseconds for everything, the body of the answer too; 30 s by default. */
  withinMs?: number;
  /** The largest answer that is read, in bytes; 16 MiB by default. */
  maxBytes?: number;
  /** Whether redirects are followed; yes by default. */
  redirect?: 'follow' | 'manual';
}

export interface Answer {
  status: number;
  statusText: string;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
  text(): string;
  /** Undefined when the body is no JSON. */
  json(): Json | undefined;
}

type Asker = Pick<ActionContext, 'clock' | 'signal'> & { services: Pick<ActionContext['services'], 'fetch'> };

/**
 * Asks another service and waits for its whole answer, whatever its status. `who` is its name in messages.
 * Throws `network.*` when there is none: the failure is `unanswered` only where the request may have arrived.
 */
export async function ask(context: Asker, who: string, question: Question): Promise<Answer> {
  const { method = 'GET', url, headers = {}, body, withinMs = 30_000, maxBytes = 16 * 2 ** 20 } = question;
  const late = new AbortController();
  const takeBack = context.clock.at(context.clock.now() + withinMs, () => late.abort());
  try {
    const response = await context.services.fetch(url, {
      method,
      headers,
      redirect: question.redirect ?? 'follow',
      signal: AbortSignal.any([context.signal, late.signal]),
      ...(body === undefined ? {} : { body }),
    });
    const bytes = await readAtMost(response, maxBytes, who);
    const text = () => new TextDecoder().decode(bytes);
    return {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
      bytes,
      text,
      json: () => {
        try {
          return readJson(text());
        } catch {
          return undefined;
        }
      },
    };
  } catch (error) {
    if (error instanceof StagebookError) throw error;
    if (context.signal.aborted) {
      throw new StagebookError({
        code: 'network.cancelled',
        message: `Stopped waiting for ${who}.`,
        retryable: false,
        unanswered: true,
      });
    }
    if (late.signal.aborted) {
      throw fail('timeout', 'network.timeout', `${who} did not answer within ${withinMs / 1000} s.`, { cause: error });
    }
    throw connectionFailure(who, url, error);
  } finally {
    takeBack();
  }
}

async function readAtMost(response: Response, maxBytes: number, who: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      const limit = `${Math.round(maxBytes / 2 ** 20)} MiB`;
      throw new StagebookError({
        code: 'network.too_large',
        message: `${who} answered with more than ${limit}, which is the limit here.`,
        retryable: false,
        // It answered, but what it said of a write is not known.
        unanswered: true,
      });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Errors by which the system says that no connection came about: then nothing was sent. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** How OpenSSL and Node call a certificate that cannot be trusted, and a counterpart that does not speak TLS. */
const UNTRUSTED =
  /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HANDSHAKE|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/;

function untrusted(who: string, host: string, reason: string, cause: unknown): StagebookError {
  return fail(
    'denied',
    'network.untrusted',
    `Nothing was sent to ${who}: who answers at ${host} could not prove to be it (${reason}). Check the address and this machine’s clock; ` +
      'where the certificate is of an authority of your own, start the daemon with NODE_EXTRA_CA_CERTS=FILE.',
    { cause },
  );
}

/** The failure for an error that `fetch` or a program gave for a connection: `network.unreachable`, `network.untrusted` or `network.lost`. */
export function connectionFailure(who: string, url: string, error: unknown): StagebookError {
  const reason = codeOf(error);
  const host = URL.canParse(url) ? new URL(url).host : url;
  const there = who === host ? host : `${who} at ${host}`;
  if (reason !== undefined && NEVER_CONNECTED.has(reason)) {
    return new StagebookError(
      {
        code: 'network.unreachable',
        message: `Could not reach ${there} (${reason}). Check that the address is right and the service is up.`,
        retryable: true,
        unanswered: false,
      },
      { cause: error },
    );
  }
  if (reason !== undefined && UNTRUSTED.test(reason)) return untrusted(who, host, reason, error);
  const detail = reason ?? innermost(error);
  return fail(
    'network',
    'network.lost',
    `The connection to ${there} broke before it answered (${detail}). Look at the network, then go on where it stopped.`,
    {
      cause: error,
    },
  );
}

/** What the last of the causes says: those around it only say that something failed. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}

/** The system's code, however deep it lies in the chain of causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length) {
      const inner = codeOf(at.errors[0]);
      if (inner) return inner;
    }
  }
  return undefined;
}
