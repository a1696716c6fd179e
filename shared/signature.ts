import { hashJson } from './canonical-json.ts';
import type { Signature } from './run/event.ts';

/** What is signed: the single-use nonce and the digest of what was shown (security.md 5). */
export function signedText({ nonce, digest }: Pick<Signature, 'nonce' | 'digest'>): string {
  return `${nonce}.${digest}`;
}

/** The digest that is signed where somebody says why: over what was shown and the reason, so that neither can be exchanged. */
export function reasonedDigest(shown: string, reason: string): string {
  return hashJson({ shown, reason });
}

/** What a device signs of a challenge when the person gives a reason with it; the challenge itself without one. */
export function withReason<T extends Pick<Signature, 'nonce' | 'digest'>>(challenge: T, reason: string | undefined): T {
  return reason === undefined ? challenge : { ...challenge, digest: reasonedDigest(challenge.digest, reason) };
}

/**
 * Whether a recorded signature was made with its own key over its nonce and digest, and over `shown` where that is given.
 * Needs nothing but the signature: anybody can check it later, offline, in Node or a browser. It does not say whose key it
 * is: compare the public key with one that you have from the person.
 */
export async function verifySignature(signature: Signature, shown?: unknown): Promise<boolean> {
  if (shown !== undefined && hashJson(shown) !== signature.digest) return false;
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  try {
    const key = await crypto.subtle.importKey('spki', bytesOf(signature.publicKey), curve, false, ['verify']);
    const signed = new TextEncoder().encode(signedText(signature));
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytesOf(signature.signature), signed);
  } catch {
    // A key or signature that cannot even be read proves nothing.
    return false;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
