import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../../daemon/clock.ts';
import type { Challenge } from '../../daemon/engine/engine.ts';
import type { DeviceOwner } from '../../daemon/engine/signing.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { People } from '../../daemon/people/people.ts';
import type { Signature } from '../../shared/run/event.ts';

/** A person with a signing device of their own, as the real ones sign. */
export interface Signer {
  person: string;
  device: string;
  publicKey: string;
  sign(challenge: Pick<Challenge, 'nonce' | 'digest'>): Signature;
}

/** `enrol` gives the id of the device that has this key. */
export function createSigner(person: string, enrol: (publicKey: string) => string = () => randomUUID()): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const device = enrol(spki);
  return {
    person,
    device,
    publicKey: spki,
    sign: ({ nonce, digest }) => ({
      person,
      device,
      publicKey: spki,
      nonce,
      digest,
      signature: signature(privateKey, nonce, digest),
      at: 0,
    }),
  };
}

function signature(key: KeyObject, nonce: string, digest: string): string {
  return sign('sha256', Buffer.from(`${nonce}.${digest}`), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
}

/** Knows these devices and nobody else's. */
export function ownersOf(...signers: Signer[]): DeviceOwner {
  return (device, publicKey) => {
    const signer = signers.find((known) => known.device === device && known.publicKey === publicKey);
    return signer && { person: signer.person, roles: [] };
  };
}

/** A signer whose device a data directory knows, before a daemon opens it. */
export function enrolledSigner(home: string, person: string): Signer {
  const database = openDatabase(join(home, 'journal.db'));
  try {
    const people = new People(database, systemClock);
    people.add(person);
    return createSigner(person, (publicKey) => people.addDevice(person, 'terminal', publicKey));
  } finally {
    database.close();
  }
}
