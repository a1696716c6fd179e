import { fail, type FailureKind, type StagebookError } from '../../shared/failure.ts';

export interface Refusal {
  /** First word of the code: `npm` gives `npm.denied`. */
  area: string;
  /** Who refused, by name. */
  who: string;
  status: number;
  /** Header by lower-case name. */
  header(name: string): string | null | undefined;
  /** What it said, if anything. */
  detail?: string;
  /** What the reader can do about it, where the status alone does not say. */
  remedy?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

const MEANINGS: Readonly<Record<number, readonly [FailureKind, string, string]>> = {
  401: ['denied', 'denied', 'Check the token: it may be wrong, expired or without the needed scope.'],
  403: ['denied', 'denied', 'Check the token: it may be wrong, expired or without the needed scope.'],
  404: ['not-found', 'not_found', 'Check the name; a private one also looks like this to a token that may not see it.'],
  408: ['timeout', 'timeout', ''],
  409: ['conflict', 'conflict', ''],
  410: ['not-found', 'not_found', ''],
  423: ['locked', 'locked', ''],
  429: ['rate-limit', 'rate_limited', ''],
};

/**
 * The failure for an HTTP status of 400 and above. A 403 that comes with the signs of a rate limit is one
 * (GitHub's and npm's way to say it). A rate limit's data is `{ retry_at }`, ISO time, when the service told it.
 */
export function refusalFailure(refusal: Refusal): StagebookError {
  const { area, who, status, detail, now } = refusal;
  const retryAt = retryTime(refusal);
  const limited = status === 429 || (status === 403 && isRateLimit(refusal));
  const [kind, word, remedy] = limited
    ? MEANINGS[429]!
    : (MEANINGS[status] ?? (status >= 500 ? ['unavailable', 'unavailable', ''] : ['invalid', 'refused', '']));
  const said = detail ? `: ${firstLine(detail)}` : '';
  const wait = limited && retryAt ? ` It takes requests again at ${retryAt}.` : '';
  const message = `${who} answered ${status}${said}.${wait} ${refusal.remedy ?? remedy}`
    .replace(/\.\.(?= |$)/, '.')
    .trim();
  const data =
    limited && retryAt ? { retry_at: retryAt, retry_after_ms: Math.max(0, Date.parse(retryAt) - now) } : undefined;
  return fail(kind, `${area}.${word}`, message, data ? { data } : {});
}

function isRateLimit({ header, detail = '' }: Refusal): boolean {
  return header('x-ratelimit-remaining') === '0' || Boolean(header('retry-after')) || /rate limit/i.test(detail);
}

function retryTime({ header, now }: Refusal): string | undefined {
  const after = header('retry-after');
  if (after) {
    const at = isoTime(/^\d+$/.test(after) ? now + Number(after) * 1000 : Date.parse(after));
    if (at !== undefined) return at;
  }
  const reset = header('x-ratelimit-reset');
  return reset && /^\d+$/.test(reset) ? isoTime(Number(reset) * 1000) : undefined;
}

/** Undefined for what is no time, also of a number that is too large to be one. */
function isoTime(at: number): string | undefined {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0]!.trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
