import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  scryptSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Signature } from '../../shared/run/event.ts';
import type { Clock } from '../clock.ts';
import type { People } from './people.ts';

/** A PIN is at least this long (security.md 2). */
const LEAST_PIN = 6;
/** Wrong tries before a pause, and the pause after the first of them; it doubles with each further one, up to a day. */
const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 86_400_000;
/** About 100 ms and 64 MB a try on a laptop of today. */
const SCRYPT = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 2 ** 20 };

const schema = z.object({
  version: z.literal(1),
  person: z.string(),
  device: z.string(),
  publicKey: z.string(),
  salt: z.string(),
  iv: z.string(),
  tag: z.string(),
  key: z.string(),
  wrongTries: z.int(),
  pausedUntil: z.number(),
});
type KeyFile = z.infer<typeof schema>;

/** The terminal as a person's signing device: a private key in a file of its own, encrypted with the person's PIN. */
export class TerminalKeys {
  readonly #directory: string;
  readonly #people: People;
  readonly #clock: Clock;

  constructor(home: string, people: People, clock: Clock) {
    this.#directory = join(home, 'keys');
    this.#people = people;
    this.#clock = clock;
  }

  /** Whether this terminal can sign for a person. */
  has(person: string): boolean {
    return existsSync(this.#file(person));
  }

  /** Makes the terminal a device of a person. Throws `pin.short`, `device.exists`. */
  create(person: string, pin: string): void {
    requirePin(pin);
    if (this.has(person)) {
      throw fail('conflict', 'device.exists', `This terminal can sign for ${person} already. Change the PIN instead.`);
    }
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const device = this.#people.addDevice(person, 'terminal', spki);
    this.#write({ person, device, publicKey: spki, ...encrypt(privateKey, pin), version: 1, wrongTries: 0, pausedUntil: 0 });
  }

  changePin(person: string, pin: string, next: string): void {
    requirePin(next);
    const key = this.#unlock(person, pin);
    this.#write({ ...this.#read(person), ...encrypt(key, next) });
  }

  /** Signs a challenge with a person's key. Throws `pin.wrong`, `pin.paused`, `device.missing`. */
  sign(person: string, pin: string, challenge: { nonce: string; digest: string }): Signature {
    const key = this.#unlock(person, pin);
    const { device, publicKey, person: name } = this.#read(person);
    const bytes = sign('sha256', Buffer.from(`${challenge.nonce}.${challenge.digest}`), { key, dsaEncoding: 'ieee-p1363' });
    const { nonce, digest } = challenge;
    return { person: name, device, publicKey, nonce, digest, signature: bytes.toString('base64'), at: this.#clock.now() };
  }

  /** The device and person under which a covered start is made (no signature of its own). */
  deviceOf(person: string): { device: string; publicKey: string } {
    const { device, publicKey } = this.#read(person);
    return { device, publicKey };
  }

  /** Tries are counted in the file before the PIN is looked at, so that killing the program gives none back. */
  #unlock(person: string, pin: string): KeyObject {
    const file = this.#read(person);
    const now = this.#clock.now();
    if (file.pausedUntil > now) {
      const seconds = Math.ceil((file.pausedUntil - now) / 1000);
      throw fail('denied', 'pin.paused', `Too many wrong PINs. Try again in ${seconds} seconds.`);
    }
    const wrongTries = file.wrongTries + 1;
    const over = wrongTries - FREE_TRIES;
    const pause = over < 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** over, LONGEST_PAUSE_MS);
    this.#write({ ...file, wrongTries, pausedUntil: pause === 0 ? 0 : now + pause });
    const key = decrypt(file, pin);
    if (!key) {
      const left = FREE_TRIES - wrongTries;
      const after = left > 0 ? `${left} more ${left === 1 ? 'try' : 'tries'} before a pause.` : 'There is a pause now.';
      throw fail('denied', 'pin.wrong', `That is not ${file.person}'s PIN. ${after}`);
    }
    this.#write({ ...file, wrongTries: 0, pausedUntil: 0 });
    return key;
  }

  #read(person: string): KeyFile {
    const file = this.#file(person);
    if (!existsSync(file)) {
      throw fail('not-found', 'device.missing', `This terminal cannot sign for ${person}. Add the person: stagebook people add.`);
    }
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  }

  #write(content: KeyFile): void {
    const file = this.#file(content.person);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }

  #file(person: string): string {
    const known = this.#people.find(person)?.name ?? person;
    return join(this.#directory, `${Buffer.from(known.toLowerCase()).toString('base64url')}.json`);
  }
}

function requirePin(pin: string): void {
  if ([...pin].length < LEAST_PIN) {
    throw fail('invalid', 'pin.short', `A PIN has at least ${LEAST_PIN} characters.`);
  }
}

function encrypt(key: KeyObject, pin: string): Pick<KeyFile, 'salt' | 'iv' | 'tag' | 'key'> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(pin.normalize('NFKC'), salt, 32, SCRYPT), iv);
  const sealed = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()]);
  const text = (bytes: Buffer): string => bytes.toString('base64');
  return { salt: text(salt), iv: text(iv), tag: text(cipher.getAuthTag()), key: text(sealed) };
}

function decrypt(file: KeyFile, pin: string): KeyObject | undefined {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  const secret = scryptSync(pin.normalize('NFKC'), bytes(file.salt), 32, SCRYPT);
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes(file.iv)).setAuthTag(bytes(file.tag));
  try {
    const opened = Buffer.concat([decipher.update(bytes(file.key)), decipher.final()]);
    return createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}
