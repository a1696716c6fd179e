import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Door } from './sources.ts';

/** Tells whether a message comes from its source (security.md 12). */
export interface Authenticity {
  /** Asked before anything of the body is read, so that strangers cost nothing. */
  mayBeRead(headers: IncomingHttpHeaders): boolean;
  /** `stale`: rightly signed, but too long ago, or for a time to come: somebody may have kept it. */
  check(headers: IncomingHttpHeaders, body: Buffer, now: number): 'yes' | 'no' | 'stale';
}

const REPLAY_WINDOW_MS = 5 * 60_000;

/** `secret` is the value behind the name in the configuration. */
export function authenticity({ hmac }: Door, secret: string): Authenticity {
  if (!hmac) {
    const wanted = digest(secret);
    const holds = ({ authorization }: IncomingHttpHeaders): boolean => {
      const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
      return given !== undefined && timingSafeEqual(digest(given), wanted);
    };
    return { mayBeRead: holds, check: (headers) => (holds(headers) ? 'yes' : 'no') };
  }
  const signatureIn = (headers: IncomingHttpHeaders): string | undefined =>
    /^(?:sha256=)?([0-9a-f]{64})$/i.exec(text(headers, hmac.header ?? 'x-signature-256'))?.[1]?.toLowerCase();
  return {
    mayBeRead: (headers) => signatureIn(headers) !== undefined,
    check(headers, body, now) {
      const given = signatureIn(headers);
      const moment = hmac.timestamp === undefined ? undefined : text(headers, hmac.timestamp);
      const keyed = createHmac('sha256', secret);
      if (moment !== undefined) keyed.update(`${moment}${hmac.separator ?? ':'}`);
      const wanted = keyed.update(body).digest();
      if (given === undefined || !timingSafeEqual(Buffer.from(given, 'hex'), wanted)) return 'no';
      if (moment === undefined) return 'yes';
      const at = /^\d{9,11}$/.test(moment) ? Number(moment) * 1_000 : Number.NaN;
      return Math.abs(now - at) <= (hmac.within ?? REPLAY_WINDOW_MS) ? 'yes' : 'stale';
    },
  };
}

function text(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value.trim() : '';
}

/** Of equal length whatever the secret is, so that comparing tells nothing of it. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
