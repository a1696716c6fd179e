import { randomBytes } from 'node:crypto';
import { fail } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import { logseqGraphId, type LogseqGraphInfo } from '../../shared/logseq/graph.ts';
import { kindOfGraph, type LogseqHost } from './host.ts';

/** Where Logseq's own HTTP server is, unless its settings say otherwise. */
const LOGSEQ_API_URL = 'http://127.0.0.1:12315';

export interface HttpApiOptions {
  /** Address of the server; loopback, since the token goes in the clear. */
  url?: string;
  /** One of the tokens in Logseq's settings (API server, Authorization tokens). Asked for when it is needed. */
  token(): Promise<string>;
}

/** Logseq over its own HTTP server, and which graph it has open. */
export interface HttpApi extends LogseqHost {
  /** The graph that is open now; null for none, or for one without a name. Rejects as `call` does. */
  current(): Promise<{ id: string; name: string; kind: 'file' | 'db' } | null>;
}

/** As long as a plugin's calls may take. */
const PATIENCE_MS = 10_000;

/**
 * Logseq over its HTTP API (settings, "HTTP APIs server"; desktop only).
 *
 * That server lets any web page in, and without a token in its settings it takes any. So it is tried without one and with
 * a made-up one first, and one that answers is refused with `graph.unprotected`; the real token is not sent before. Tried
 * anew whenever it could not be reached meanwhile. Rejects with `graph.bad_address`, `graph.token`, `graph.away`.
 */
export function openHttpApi({ url = LOGSEQ_API_URL, token }: HttpApiOptions): HttpApi {
  const api = new URL('/api', url);
  const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(api.hostname) && api.protocol === 'http:';
  let isProtected: Promise<void> | undefined;
  /** Asked for once for each time that the server is found: it may come from a keychain. */
  let known: Promise<string> | undefined;

  const post = async (
    authorization: string | undefined,
    method: string,
    args: readonly unknown[],
  ): Promise<Response> => {
    try {
      return await fetch(api, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization !== undefined && { authorization: `Bearer ${authorization}` }),
        },
        body: JSON.stringify({ method, args }),
        signal: AbortSignal.timeout(PATIENCE_MS),
        redirect: 'error',
      });
    } catch (error) {
      isProtected = undefined;
      throw away(
        `Logseq's HTTP server at ${api.origin} does not answer. Start Logseq and its HTTP APIs server.`,
        error,
      );
    }
  };

  const requireProtection = async (): Promise<void> => {
    if (!loopback) {
      throw fail(
        'invalid',
        'graph.bad_address',
        `Logseq's HTTP server must be on this machine, as in ${LOGSEQ_API_URL}; ${api.origin} is not.`,
      );
    }
    for (const attempt of [undefined, randomBytes(16).toString('hex')]) {
      const response = await post(attempt, 'logseq.App.getCurrentGraph', []);
      await response.body?.cancel();
      if (response.status === 401 || response.status === 403) continue;
      if (!response.ok) throw foreign(api, response.status);
      throw fail(
        'denied',
        'graph.unprotected',
        'Logseq’s HTTP server asks nobody for a token, so that any web page can read and change the graph. In Logseq, open the settings of the API server, add an authorization token, restart the server, and give the token to Stagebook.',
      );
    }
  };

  const call: LogseqHost['call'] = async (method, args) => {
    isProtected ??= requireProtection();
    await isProtected.catch((error: unknown) => {
      isProtected = undefined;
      throw error;
    });
    known ??= token();
    const value = await known.catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    const response = await post(value, method, args);
    if (response.status === 401) known = undefined;
    return answerOf(api, method, response);
  };

  return {
    call,
    async current() {
      const info = (await call('logseq.App.getCurrentGraph', [])) as LogseqGraphInfo | null | undefined;
      if (!info) return null;
      const kind = await kindOfGraph({ call });
      const id = logseqGraphId(kind, info);
      return id === null ? null : { id, name: info.name ?? id, kind };
    },
  };
}

async function answerOf(api: URL, method: string, response: Response): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw away('Logseq’s HTTP server stopped in the middle of an answer.', error);
  });
  if (response.status === 401 || response.status === 403) {
    throw fail(
      'denied',
      'graph.token',
      'Logseq refuses our token. Give Stagebook one that is in the settings of its API server.',
    );
  }
  // Texts come as they are, anything else as JSON, and nothing as nothing.
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const answer: unknown = text === '' ? undefined : isJson ? parse(api, response.status, text) : text;
  const problem = problemOf(answer);
  if (problem !== undefined) throw fail('invalid', 'graph.host_error', `Logseq could not do ${method}: ${problem}`);
  if (response.status === 413) {
    throw fail(
      'invalid',
      'graph.too_large',
      'Logseq’s HTTP server takes 1 MiB at once, and a block is larger. Shorten it.',
    );
  }
  if (!response.ok) throw foreign(api, response.status);
  return answer;
}

/** An error comes as an object with nothing else, older hosts with the status of success. */
function problemOf(answer: unknown): string | undefined {
  if (!isObject(answer) || !('error' in answer) || 'uuid' in answer) return undefined;
  const { error, message } = answer;
  if (typeof message === 'string') return message;
  return typeof error === 'string' ? error : JSON.stringify(error);
}

function parse(api: URL, status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw foreign(api, status);
  }
}

function foreign(api: URL, status: number): Error {
  return fail(
    'invalid',
    'graph.not_logseq',
    `What answers at ${api.origin} is not Logseq’s HTTP server (status ${status}). Name the right address in config.yaml.`,
  );
}

function away(message: string, cause: unknown): Error {
  return fail('unavailable', 'graph.away', message, { cause });
}
