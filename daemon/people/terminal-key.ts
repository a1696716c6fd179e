import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Signature } from '../../shared/run/event.ts';
import { signedText } from '../../shared/signature.ts';
import type { Clock } from '../clock.ts';
import type { People } from './people.ts';
import { seal, sealedKey, unseal } from './sealed-key.ts';

/** A PIN is at least this long (security.md 2). */
const LEAST_PIN = 6;
/** Wrong tries before a pause, and the pause after the first of them; it doubles with each further one, up to a day. */
const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 86_400_000;

const keyFile = z.strictObject({
  version: z.literal(1),
  person: z.string(),
  device: z.string(),
  /** SPKI, base64. */
  publicKey: z.string(),
  sealed: sealedKey,
  wrongTries: z.int(),
  /** Milliseconds since the epoch: a pause lasts over restarts. */
  pausedUntil: z.number(),
});
type KeyFile = z.infer<typeof keyFile>;

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

  /** Whether this terminal can sign for a person: there is a key, and its device was not revoked. */
  has(person: string): boolean {
    if (!existsSync(this.#file(person))) return false;
    const file = parse(readFileSync(this.#file(person), 'utf8'));
    // One that cannot be read is still somebody's: signing says what to do about it.
    return file === undefined || this.#people.owner(file.device, file.publicKey) !== undefined;
  }

  /** Makes the terminal a device of a person; a revoked one is replaced. Throws `pin.short`, `device.exists`. */
  create(person: string, pin: string): void {
    this.requirePin(pin);
    if (this.has(person)) {
      throw fail('conflict', 'device.exists', `This terminal can sign for ${person} already. Change the PIN instead.`);
    }
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const sealed = seal(privateKey, pin);
    const device = this.#people.addDevice(person, 'terminal', spki);
    this.#write({ version: 1, person, device, publicKey: spki, sealed, wrongTries: 0, pausedUntil: 0 });
  }

  /** Throws `pin.wrong`, `pin.paused`, `pin.short`. */
  changePin(person: string, pin: string, next: string): void {
    this.requirePin(next);
    const key = this.#unlock(person, pin);
    this.#write({ ...this.#read(person), sealed: seal(key, next) });
  }

  /** Signs a challenge with a person's key. Throws `pin.wrong`, `pin.paused`, `device.missing`. */
  sign(person: string, pin: string, challenge: { nonce: string; digest: string }): Signature {
    const key = this.#unlock(person, pin);
    const { device, publicKey, person: name } = this.#read(person);
    const { nonce, digest } = challenge;
    const bytes = sign('sha256', Buffer.from(signedText(challenge)), { key, dsaEncoding: 'ieee-p1363' });
    return {
      person: name,
      device,
      publicKey,
      nonce,
      digest,
      signature: bytes.toString('base64'),
      at: this.#clock.now(),
    };
  }

  /** Whether the person sits there: their PIN is right. Throws as `sign` does. */
  check(person: string, pin: string): void {
    this.#unlock(person, pin);
  }

  /** The device and key under which a covered start is made (no signature of its own). */
  deviceOf(person: string): { device: string; publicKey: string } {
    const { device, publicKey } = this.#read(person);
    return { device, publicKey };
  }

  /** Throws `pin.short`. */
  requirePin(pin: string): void {
    if ([...pin.normalize('NFKC')].length >= LEAST_PIN) return;
    throw fail('invalid', 'pin.short', `A PIN has at least ${LEAST_PIN} characters.`);
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
    const key = unseal(file.sealed, pin);
    if (!key) {
      const left = FREE_TRIES - wrongTries;
      const after =
        left > 0
          ? `${left} more ${left === 1 ? 'try' : 'tries'} before a pause.`
          : `Try again in ${pause / 1000} seconds.`;
      throw fail('denied', 'pin.wrong', `That is not ${file.person}'s PIN. ${after}`);
    }
    this.#write({ ...file, wrongTries: 0, pausedUntil: 0 });
    return key;
  }

  #read(person: string): KeyFile {
    const file = this.#file(person);
    if (!existsSync(file)) {
      throw fail(
        'not-found',
        'device.missing',
        `This terminal cannot sign for ${person}. Add the person: stagebook people add.`,
      );
    }
    const content = parse(readFileSync(file, 'utf8'));
    if (content) return content;
    throw fail(
      'invalid',
      'device.broken',
      `The key file ${file} cannot be read. Bring it back from a backup, or move it away and add ${person} again.`,
    );
  }

  #write(content: KeyFile): void {
    const file = this.#file(content.person);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }

  #file(person: string): string {
    const known = this.#people.find(person)?.name ?? person;
    return join(this.#directory, `${hash('sha256', known.normalize('NFC').toLowerCase()).slice(0, 32)}.json`);
  }
}

function parse(text: string): KeyFile | undefined {
  try {
    return keyFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
