import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Signature } from '../../shared/run/event.ts';
import type { DeviceOwner } from '../engine/signing.ts';

/** The people of scenarios: each has a key of their own and signs as the real ones do. Made once, kept for all scenarios. */
const keys = new Map<string, { key: KeyObject; publicKey: string }>();

function keyOf(person: string): { key: KeyObject; publicKey: string } {
  let known = keys.get(person);
  if (!known) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    known = { key: privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
    keys.set(person, known);
  }
  return known;
}

export const scenarioOwner: DeviceOwner = (device, publicKey) =>
  keys.get(device)?.publicKey === publicKey ? { person: device, roles: [] } : undefined;

/** A person's signature under a challenge. */
export function signAs(person: string, challenge: { nonce: string; digest: string }, at: number): Signature {
  const { key, publicKey } = keyOf(person);
  const { nonce, digest } = challenge;
  const signature = sign('sha256', Buffer.from(`${nonce}.${digest}`), { key, dsaEncoding: 'ieee-p1363' });
  return { person, device: person, publicKey, nonce, digest, signature: signature.toString('base64'), at };
}
