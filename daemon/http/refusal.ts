import { fail, type FailureKind, type StagebookError } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';

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

const WAIT = 'Wait a while, then go on where it stopped.';

const MEANINGS: Readonly<Record<number, readonly [FailureKind, string, string]>> = {
  401: ['denied', 'denied', 'Check the token: it may be wrong, expired or without the needed scope.'],
  403: ['denied', 'denied', 'Check the token: it may be wrong, expired or without the needed scope.'],
  404: ['not-found', 'not_found', 'Check the name; a private one also looks like this to a token that may not see it.'],
  408: ['timeout', 'timeout', WAIT],
  409: ['conflict', 'conflict', 'Look at what is there already, then go on where it stopped.'],
  410: ['not-found', 'not_found', ''],
  423: ['locked', 'locked', WAIT],
  429: ['rate-limit', 'rate_limited', WAIT],
};

/**
 * The failure for an HTTP status of 400 and above. A 403 that comes with the signs of a rate limit is one
 * (GitHub's and npm's way to say it). A rate limit's data is `{ retry_at }`, ISO time, when the service told it.
 */
export function refusalFailure(refusal: Refusal): StagebookError {
  const { area, who, status, detail, now } = refusal;
  const limited = status === 429 || (status === 403 && isRateLimit(refusal));
  const retryAt = limited || status >= 500 ? retryTime(refusal, limited) : undefined;
  const [kind, word, remedy] = limited
    ? MEANINGS[429]!
    : (MEANINGS[status] ?? (status >= 500 ? ['unavailable', 'unavailable', WAIT] : ['invalid', 'refused', '']));
  const said = detail ? oneLine(detail) : '';
  const wait = retryAt ? ` It takes requests again at ${retryAt}.` : '';
  const message = `${who} answered ${status}${said && `: ${said}`}.${wait} ${refusal.remedy ?? remedy}`
    .replace(/\.\.(?= |$)/, '.')
    .trim();
  const data = retryAt ? { retry_at: retryAt, retry_after_ms: Math.max(0, Date.parse(retryAt) - now) } : undefined;
  return fail(kind, `${area}.${word}`, message, data ? { data } : {});
}

function isRateLimit({ header, detail = '' }: Refusal): boolean {
  return header('x-ratelimit-remaining') === '0' || Boolean(header('retry-after')) || /rate limit/i.test(detail);
}

/** When it takes requests again, if it says so. What is left of a limit says nothing of a service that is in trouble. */
function retryTime({ header, now }: Refusal, limited: boolean): string | undefined {
  const after = header('retry-after');
  if (after) {
    const at = isoTime(/^\d+$/.test(after) ? now + Number(after) * 1000 : Date.parse(after));
    if (at !== undefined) return at;
  }
  const reset = limited ? header('x-ratelimit-reset') : undefined;
  return reset && /^\d+$/.test(reset) ? isoTime(Number(reset) * 1000) : undefined;
}

/** Undefined for what is no time, also of a number that is too large to be one. */
function isoTime(at: number): string | undefined {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** What it said, for people: of JSON its message, of a page its title or its words, else the first line. */
function oneLine(detail: string): string {
  const text = detail.trim();
  const words =
    messageOf(text) ?? (/^<(!doctype|html|head|body|\?xml|center|h1)\b/i.test(text) ? wordsOfPage(text) : text);
  const line = words.trim().split('\n')[0]!.trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function messageOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(said)) return undefined;
  const words = [said['message'], said['error'], said['detail'], said['reason']];
  return words.find((one): one is string => typeof one === 'string' && one !== '');
}

function wordsOfPage(html: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1]?.trim();
  const words = title || html.replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
  return words.replace(/\s+/g, ' ');
}
