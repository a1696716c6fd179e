import { createPublicKey, randomBytes, verify as verifyBytes } from 'node:crypto';
import { hashJson } from '../../shared/canonical-json.ts';
import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Signature } from '../../shared/run/event.ts';
import { reasonedDigest } from '../../shared/signature.ts';
import type { Clock } from '../clock.ts';
import type { Challenge, Subject } from './engine.ts';

/** How long a challenge can be answered, in milliseconds. */
const LIFETIME_MS = 10 * 60_000;

/** Who a signing device belongs to; undefined for a device that is unknown or revoked. */
export type DeviceOwner = (
  device: string,
  publicKey: string,
) => { person: string; roles: readonly string[] } | undefined;

/** What else people sign than what the engine records. */
export interface OtherSubject {
  kind: 'correction';
  about: object;
  labels: object;
}

interface Open {
  digest: string;
  subject: string;
  until: number;
}

/** SHA-256, hex, of the canonical JSON (RFC 8785, NFC) of a value: what a device signs. */
export function digestOf(value: Json): string {
  return hashJson(value);
}

/** The nonces that are out, and the check of what comes back under them (security.md 5). */
export class Signing {
  readonly #clock: Clock;
  readonly #owner: DeviceOwner;
  readonly #open = new Map<string, Open>();

  constructor(clock: Clock, owner: DeviceOwner) {
    this.#clock = clock;
    this.#owner = owner;
  }

  challenge(subject: Subject | OtherSubject, shown: JsonObject): Challenge {
    const now = this.#clock.now();
    // The oldest come first and all live equally long.
    for (const [old, { until }] of this.#open) {
      if (until >= now) break;
      this.#open.delete(old);
    }
    const nonce = randomBytes(24).toString('base64url');
    const digest = digestOf(shown);
    this.#open.set(nonce, { digest, subject: hashJson(subject), until: now + LIFETIME_MS });
    return { nonce, digest, shown };
  }

  /**
   * Accepts a signature for a subject once. `shown` is what the person would be shown now: when that has changed since, the
   * signature is stale. A reason that comes with it has to be signed with it (`reasonedDigest`). Call it inside the commit that
   * records it. Returns the person's roles, and the digest of what was shown.
   */
  accept(
    subject: Subject | OtherSubject,
    shown: JsonObject,
    signature: Signature,
    reason?: string,
  ): { roles: readonly string[]; shown: string } {
    const open = this.#open.get(signature.nonce);
    this.#open.delete(signature.nonce);
    if (!open || open.until < this.#clock.now()) {
      throw fail(
        'denied',
        'signature.replayed',
        'This signature was used before or took too long. Look again and sign again.',
      );
    }
    const signed = reason === undefined ? open.digest : reasonedDigest(open.digest, reason);
    if (open.subject !== hashJson(subject) || signed !== signature.digest) {
      throw fail(
        'denied',
        'signature.foreign',
        'This signature was given for something else. Look again and sign again.',
      );
    }
    if (digestOf(shown) !== open.digest) {
      throw fail('denied', 'signature.stale', 'What was shown has changed since. Look at it again before you sign.');
    }
    if (!isSignedBy(signature)) {
      throw fail('denied', 'signature.invalid', 'The signature does not fit its key. Sign again on your own device.');
    }
    const owner = this.#owner(signature.device, signature.publicKey);
    if (!owner || owner.person !== signature.person) {
      throw fail(
        'denied',
        'signature.unknown_device',
        `This device does not belong to ${signature.person}, or was revoked. See stagebook people.`,
      );
    }
    return { roles: owner.roles, shown: open.digest };
  }
}

/** Whether the signature was made over its nonce and digest with its own key. Says nothing about whose key that is. */
function isSignedBy(signature: Signature): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(signature.publicKey, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.from(`${signature.nonce}.${signature.digest}`);
    const bytes = Buffer.from(signature.signature, 'base64');
    return verifyBytes('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    return false;
  }
}
