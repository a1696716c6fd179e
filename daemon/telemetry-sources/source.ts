import type { z } from 'zod';
import { fail, toFailure } from '../../shared/failure.ts';
import type { ActionContext } from '../actions/action.ts';
import { ask } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';
import type { Source, SourceKind } from './sources.ts';

const NAMES: Readonly<Record<SourceKind, string>> = {
  prometheus: 'Prometheus',
  loki: 'Loki',
  traces: 'The store of traces',
  alertmanager: 'Alertmanager',
};

/** What an action needs of its context to look somewhere. */
export type Looker = Pick<ActionContext, 'clock' | 'signal' | 'services'>;

export function sourceOf(context: Looker, kind: SourceKind): Source {
  const source = context.services.config.sources?.[kind];
  if (source) return source;
  throw fail(
    'not-found',
    `${kind}.not_configured`,
    `${kind === 'traces' ? 'No store of traces' : `No ${NAMES[kind]}`} is configured. Put its address under sources.${kind}.url in the configuration.`,
  );
}

interface Request {
  path: string;
  query?: Readonly<Record<string, string>>;
  method?: 'GET' | 'POST';
  /** Sent as JSON. */
  body?: unknown;
}

/** Nobody waits longer than this for a finding at three in the morning. */
const WITHIN_MS = 10_000;

/** Asks a source and reads its answer by `shape`. Throws `network.*`, `<kind>.*` for refusals, `<kind>.not_understood`. */
export async function askSource<T>(
  context: Looker,
  kind: SourceKind,
  shape: z.ZodType<T>,
  { path, query = {}, method = 'GET', body }: Request,
): Promise<T> {
  const source = sourceOf(context, kind);
  if (source.grafana) {
    throw fail(
      'invalid',
      `${kind}.not_through_grafana`,
      `Grafana’s MCP server has no tool for this question. Put sources.${kind}.url in the configuration to have it asked.`,
    );
  }
  const token = await source.token?.();
  const answer = await ask(context, NAMES[kind], {
    method,
    url: addressIn(source.url, path, query),
    headers: {
      accept: 'application/json',
      ...source.headers,
      ...(token === undefined ? {} : { authorization: token.includes(' ') ? token : `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    withinMs: WITHIN_MS,
  });
  if (answer.status >= 400) {
    throw refusalFailure({
      area: kind,
      who: NAMES[kind],
      status: answer.status,
      header: (name) => answer.headers.get(name),
      detail: detailOf(answer.text()),
      now: context.clock.now(),
    });
  }
  const read = shape.safeParse(answer.json());
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  const where = issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  throw fail(
    'invalid',
    `${kind}.not_understood`,
    `${NAMES[kind]} answered something that is not its API${where}. Check sources.${kind}.url in the configuration.`,
  );
}

/** An address below a base, whatever slashes that ends in. */
export function addressIn(base: string, path: string, query: Readonly<Record<string, string>> = {}): string {
  const asked = new URLSearchParams(query).toString();
  return base.replace(/\/+$/, '') + path + (asked === '' ? '' : `?${asked}`);
}

/** Prometheus and its kin say what was wrong in `error`; Loki in plain text. */
function detailOf(text: string): string {
  try {
    const said = JSON.parse(text) as { error?: unknown; message?: unknown };
    const why = said.error ?? said.message;
    return typeof why === 'string' ? why : text;
  } catch {
    return text;
  }
}

/**
 * Why a source could not be looked at, as one sentence. A gap is a result, so that the other findings still come; only a
 * step that was stopped is rethrown.
 */
export function gapOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) throw error;
  return toFailure(error).message;
}
