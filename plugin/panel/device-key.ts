import { fail } from '../../shared/failure.ts';
import { proofText } from '../../shared/protocol/limits.ts';
import type { Signature } from '../../shared/run/event.ts';
import { signedText } from '../../shared/signature.ts';

/** This browser as a signing device: its private key can be used here and leaves nowhere. */
export interface Device {
  device: string;
  person: string;
  /** SPKI, base64. */
  publicKey: string;
  key: CryptoKey;
}

/** A key pair that no device has yet. */
export interface NewKey {
  publicKey: string;
  key: CryptoKey;
}

const DATABASE = 'stagebook';
const STORE = 'device';
const OWN = 'this';

/** Why no key can be kept here, in one sentence; undefined where one can. */
export function keyTrouble(): string | undefined {
  // The browser's own types promise both everywhere; in a frame of an insecure page neither is there.
  if (!globalThis.isSecureContext)
    return 'The window around this page is not secure, so the browser keeps no key here.';
  if (!('indexedDB' in globalThis)) return 'The browser keeps nothing in this frame.';
  return undefined;
}

/** Makes a key for ECDSA on P-256 that cannot be read out. */
export async function createKey(): Promise<NewKey> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(curve, false, ['sign', 'verify']);
  return { key: privateKey, publicKey: base64(await crypto.subtle.exportKey('spki', publicKey)) };
}

/** The device that this browser was made; undefined when it was made none. Throws `device.storage` where nothing can be kept. */
export async function readDevice(): Promise<Device | undefined> {
  return within('readonly', (store) => store.get(OWN) as IDBRequest<Device | undefined>);
}

export async function keepDevice(device: Device): Promise<void> {
  await within('readwrite', (store) => store.put(device, OWN));
}

/** Forgets the key for good: only a new enrolment brings another. */
export async function forgetDevice(): Promise<void> {
  await within('readwrite', (store) => store.delete(OWN));
}

/** Answers the daemon's `prove`. */
export function prove({ key }: Pick<Device, 'key'>, nonce: string): Promise<string> {
  return signed(key, proofText(nonce));
}

/** Signs a nonce and the digest of what was shown (security.md 5). */
export async function agree(device: Device, given: { nonce: string; digest: string }, at: number): Promise<Signature> {
  const { nonce, digest } = given;
  return {
    person: device.person,
    device: device.device,
    publicKey: device.publicKey,
    nonce,
    digest,
    signature: await signed(device.key, signedText({ nonce, digest })),
    at,
  };
}

async function signed(key: CryptoKey, text: string): Promise<string> {
  return base64(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, new TextEncoder().encode(text)));
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

async function within<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE));
    const database = await done(opening);
    try {
      return await done(use(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch (error) {
    throw fail('denied', 'device.storage', 'The browser keeps nothing here. Open the panel in a window of its own.', {
      cause: error,
    });
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('the browser’s storage failed')));
    request.addEventListener('blocked', () => reject(new Error('another window keeps the storage')));
  });
}
