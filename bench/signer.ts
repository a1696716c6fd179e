import { generateKeyPairSync, sign } from 'node:crypto';
import type { Challenge } from '../daemon/engine/engine.ts';
import type { Signature } from '../shared/run/event.ts';
import { STARTER } from './workload.ts';

/** A person with one device, who signs what is shown. */
export function createSigner(): (challenge: Challenge) => Signature {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return ({ nonce, digest }) => ({
    person: STARTER.name,
    device: 'bench',
    publicKey: spki,
    nonce,
    digest,
    signature: sign('sha256', Buffer.from(`${nonce}.${digest}`), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64'),
    at: Date.now(),
  });
}
