import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { StagebookError } from '../../shared/failure.ts';
import { hello, proof, type Hello, type Welcome } from '../../shared/protocol/frames.ts';
import { PROTOCOL_VERSION, proofText } from '../../shared/protocol/limits.ts';
import { z } from 'zod';
import type { People } from '../people/people.ts';
import type { Plugins } from '../people/plugins.ts';
import type { TerminalKeys } from '../people/terminal-key.ts';
import type { PairingCodes } from './pairing.ts';
import type { Peer } from './peer.ts';
import { Refused } from './refused.ts';

export interface DoorkeeperOptions {
  people: People;
  plugins: Plugins;
  keys: TerminalKeys;
  codes: PairingCodes;
  /** Of the daemon's package. */
  version: string;
  /** The only origin from which a signing device may come. */
  ownOrigin: string;
  /** Somebody was let in who was not known before. */
  onNewcomer(): void;
}

/** The answer to a hello: come in, or prove first that the key is there. */
export type Greeted =
  | { peer: Peer; welcome: Pick<Welcome, 'right' | 'token' | 'device'> }
  | { prove: string; proven(answer: unknown): { peer: Peer; welcome: Pick<Welcome, 'right' | 'device'> } };

/** Decides who comes in (security.md 2). */
export interface Doorkeeper {
  /** Throws `Refused`. */
  greet(frame: unknown, origin: string | undefined): Greeted;
  /** Whether a peer may still be here: its token or device was not revoked. */
  holds(peer: Peer): boolean;
}

/** As much of a hello as every version has. */
const anyHello = z.looseObject({ hello: z.looseObject({ protocol: z.int(), version: z.string().max(50).optional() }) });

export function createDoorkeeper(options: DoorkeeperOptions): Doorkeeper {
  const { people, plugins, keys, codes, onNewcomer } = options;

  const ofDevice = (device: string, publicKey: string): { peer: Peer; welcome: Pick<Welcome, 'right' | 'device'> } => {
    const owner = people.owner(device, publicKey);
    if (!owner)
      throw new Refused('token', 'This device is not known here, or was revoked. Enrol it: stagebook pair --panel');
    const { person } = owner;
    return {
      peer: { right: 'sign', device, person, publicKey },
      welcome: { right: 'sign', device: { device, person } },
    };
  };

  const admit: { [K in Hello['as']['kind']]: (as: Extract<Hello['as'], { kind: K }>) => Greeted } = {
    plugin({ token }) {
      const plugin = plugins.ofToken(token);
      if (!plugin) throw new Refused('token', 'This plugin is not paired, or was revoked. Pair it: stagebook pair');
      return { peer: { right: 'propose', plugin: plugin.plugin, name: plugin.name }, welcome: { right: 'propose' } };
    },
    pairing({ code, name }) {
      codes.check(code, 'plugin');
      codes.used();
      const { plugin, token } = plugins.add(name);
      onNewcomer();
      return { peer: { right: 'propose', plugin: plugin.plugin, name }, welcome: { right: 'propose', token } };
    },
    device({ device }) {
      const publicKey = people.publicKey(device);
      if (publicKey === undefined)
        throw new Refused('token', 'This device is not known here, or was revoked. Enrol it: stagebook pair --panel');
      const nonce = randomBytes(24).toString('base64url');
      return {
        prove: nonce,
        proven(answer) {
          const given = proof.safeParse(answer);
          if (!given.success || !isProof(publicKey, nonce, given.data.proof.signature)) {
            throw new Refused('proof', 'The device did not prove its key. Enrol it anew: stagebook pair --panel');
          }
          return ofDevice(device, publicKey);
        },
      };
    },
    enrolling({ code, person: said, pin, publicKey }) {
      // Without a code nobody can even try a PIN.
      codes.check(code, 'panel');
      const person = people.find(said)?.name;
      if (person === undefined || !keys.has(person)) {
        throw new Refused('proof', `Nobody called ${said} can sign here. Add the person first: stagebook people add`);
      }
      if (!isSigningKey(publicKey)) throw new Refused('proof', 'The device’s key is no ECDSA key on P-256.');
      try {
        keys.check(person, pin);
      } catch (error) {
        if (error instanceof StagebookError) throw new Refused('proof', error.message);
        throw error;
      }
      codes.used();
      const device = people.addDevice(person, 'panel', publicKey);
      onNewcomer();
      return ofDevice(device, publicKey);
    },
  };

  return {
    greet(frame, origin) {
      const any = anyHello.safeParse(frame);
      if (!any.success) throw new Refused('frame', 'A connection begins with a hello.');
      refuseOtherVersion(any.data.hello, options.version);
      const parsed = hello.safeParse(frame);
      if (!parsed.success) throw new Refused('frame', 'This is no hello of this version.');
      const { as } = parsed.data.hello;
      if ((as.kind === 'device' || as.kind === 'enrolling') && origin !== options.ownOrigin) {
        throw new Refused('origin', `People sign in the panel only, at ${options.ownOrigin}.`);
      }
      return (admit[as.kind] as (as: Hello['as']) => Greeted)(as);
    },
    holds: (peer) =>
      peer.right === 'propose' ? plugins.has(peer.plugin) : people.owner(peer.device, peer.publicKey) !== undefined,
  };
}

function refuseOtherVersion(theirs: { protocol: number; version?: string | undefined }, ours: string): void {
  if (theirs.protocol === PROTOCOL_VERSION) return;
  const [older, newer] = theirs.protocol < PROTOCOL_VERSION ? ['plugin', 'daemon'] : ['daemon', 'plugin'];
  const versions = `the daemon is ${ours}, the other side ${theirs.version ?? 'unknown'}`;
  throw new Refused('version', `The ${newer} is newer than the ${older}: update the ${older} (${versions}).`);
}

function isSigningKey(spki: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    return (
      key.asymmetricKeyType === 'ec' &&
      key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
      key.export({ format: 'der', type: 'spki' }).toString('base64') === spki
    );
  } catch {
    return false;
  }
}

function isProof(spki: string, nonce: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.from(proofText(nonce));
    return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
