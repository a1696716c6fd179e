import { createHmac, timingSafeEqual } from 'node:crypto';
import { fail } from '../../../shared/failure.ts';
import { readJson } from '../../../shared/read-json.ts';

/** A message with the proof that it comes from somebody who has the hub's token. */
export interface Sealed {
  /** JSON. */
  sealed: string;
  /** HMAC-SHA256 of exactly that text, hex. */
  mac: string;
}

/** Seals a message: whoever can reach Restate's ingress cannot make one. */
export function seal(message: unknown, token: string): Sealed {
  const sealed = JSON.stringify(message);
  return { sealed, mac: macOf(sealed, token) };
}

/** The message in it. Throws `restate.unsealed` when it was not sealed with this token. */
export function unseal(message: Sealed, token: string): unknown {
  if (typeof message?.sealed === 'string' && typeof message.mac === 'string') {
    const expected = Buffer.from(macOf(message.sealed, token), 'hex');
    const given = Buffer.from(message.mac, 'hex');
    if (given.length === expected.length && timingSafeEqual(given, expected)) {
      return readJson(message.sealed);
    }
  }
  throw fail('denied', 'restate.unsealed', 'This message was not sealed with the token of this hub. It is not taken.');
}

function macOf(text: string, token: string): string {
  return createHmac('sha256', token).update(text).digest('hex');
}
