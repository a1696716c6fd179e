import { createRequire } from 'node:module';
import type * as retries from '@octokit/plugin-retry';
import type * as throttles from '@octokit/plugin-throttling';
import type * as rest from '@octokit/rest';
import { fail, StagebookError } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import type { ActionContext } from '../actions/action.ts';
import { ask, type Answer } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';
import { lazily } from '../lazily.ts';

const require = createRequire(import.meta.url);

/** Loaded with the first client: it knows every call that GitHub has. */
const clientClass = lazily(() => {
  const { Octokit } = require('@octokit/rest') as typeof rest;
  const { retry } = require('@octokit/plugin-retry') as typeof retries;
  const { throttling } = require('@octokit/plugin-throttling') as typeof throttles;
  return Octokit.plugin(retry, throttling);
});

export type GithubClient = InstanceType<ReturnType<typeof clientClass>>;

export interface RepositoryName {
  owner: string;
  repo: string;
}

/**
 * A client for the configured GitHub (github.com, or an Enterprise's API address). A read that failed is repeated a few
 * times; a write never is: whether it took effect has to be found out first, which is the engine's matter.
 * Writes are paced as GitHub asks, one a second, except towards a counterpart on this machine.
 */
export function githubClient(context: ActionContext, token?: string): GithubClient {
  const { githubUrl, githubPaced } = context.services.config;
  const paced = githubPaced ?? !isLoopback(githubUrl);
  const client = new (clientClass())({
    ...(token ? { auth: token } : {}),
    baseUrl: githubUrl.replace(/\/+$/, ''),
    userAgent: 'stagebook',
    log: { debug: () => undefined, info: () => undefined, warn: context.log, error: () => undefined },
    request: { fetch: fetchThrough(context) },
    retry: {
      retries: 2,
      retryAfterBaseValue: paced ? 1000 : 0,
      doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451],
    },
    throttle: { enabled: paced, onRateLimit: () => false, onSecondaryRateLimit: () => false },
  });
  client.hook.before('request', (options) => {
    if (options.method !== 'GET' && options.method !== 'HEAD') options.request.retries = 0;
  });
  return client;
}

/** `owner/name`, or any address of the repository as git or a browser has it. Throws `github.bad_repository`. */
export function parseRepository(text: string): RepositoryName {
  const plain = text
    .trim()
    .replace(/\.git\/?$/, '')
    .replace(/\/+$/, '');
  const [, owner, repo] = /^(?:[a-z+]+:\/\/[^/]+\/|[\w.-]+@[^:/]+:)?([\w.-]+)\/([\w.-]+)$/i.exec(plain) ?? [];
  if (owner && repo) return { owner, repo };
  throw fail('invalid', 'github.bad_repository', `"${text}" is no GitHub repository: write it as owner/name.`);
}

/** Runs `work`, turning what the client throws into failures. */
export async function talk<T>(context: ActionContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw githubFailure(context, error);
  }
}

/** Like `talk`, for something that may not be there: then (404) it gives undefined. */
export async function lookUp<T>(context: ActionContext, work: () => Promise<{ data: T }>): Promise<T | undefined> {
  try {
    return (await work()).data;
  } catch (error) {
    if (isObject(error) && error['status'] === 404) return undefined;
    throw githubFailure(context, error);
  }
}

interface RefusedRequest extends Error {
  status: number;
  response?: { headers: Record<string, string | undefined>; data: unknown };
}

function githubFailure(context: ActionContext, error: unknown): StagebookError {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof StagebookError) return at;
  const { status, response, message } = error as RefusedRequest;
  if (!response) throw error;
  return refusalFailure({
    area: 'github',
    who: 'GitHub',
    status,
    header: (name) => response.headers[name],
    detail: wordsOf(response.data) ?? message,
    now: context.clock.now(),
  });
}

/** GitHub's message with the fields it complains about, without the link to its documentation. */
function wordsOf(data: unknown): string | undefined {
  if (!isObject(data) || typeof data['message'] !== 'string') return undefined;
  const errors = Array.isArray(data['errors']) ? data['errors'] : [];
  const details = errors.map((one) => {
    const words = isObject(one) ? [one['message'], one['resource'], one['field'], one['code']] : [one];
    return words.filter((word) => typeof word === 'string').join(' ');
  });
  return details.length ? `${data['message']} (${details.join('; ')})` : data['message'];
}

/** The client's way to the network: ours, with its deadline, its limits and its failures. */
function fetchThrough(context: ActionContext) {
  return async (url: string, init: { method: string; headers: Record<string, string>; body?: unknown }) => {
    const body = init.body as string | Uint8Array<ArrayBuffer> | undefined;
    const answer = await ask(context, 'GitHub', {
      method: init.method,
      url,
      headers: init.headers,
      withinMs: body instanceof Uint8Array ? 300_000 : 30_000,
      ...(body === undefined ? {} : { body }),
    });
    const withoutBody = [204, 205, 304].includes(answer.status);
    if (answer.status < 300 && answer.bytes.length > 0 && answer.json() === undefined) throw strangeAnswer(url, answer);
    const response = new Response(withoutBody ? null : answer.bytes, {
      status: answer.status,
      headers: answer.headers,
    });
    // The client reads the next page's address relative to it.
    return Object.defineProperty(response, 'url', { value: url });
  };
}

/** A page of a proxy or of a log-in that stands in between: the client would look in it for what GitHub says. */
function strangeAnswer(url: string, answer: Answer): StagebookError {
  const kind = answer.headers.get('content-type') ?? 'something';
  return fail(
    'unavailable',
    'github.strange_answer',
    `What ${new URL(url).host} answered is nothing of GitHub’s (${kind}). Check github.url in config.yaml, and whether a proxy ` +
      'or a log-in stands in between.',
  );
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
