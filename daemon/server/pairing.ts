import { hash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Refused } from './refused.ts';

/** What a code is for: to pair a plugin, or to make a panel a person's signing device. */
export type PairingPurpose = 'plugin' | 'panel';

export interface PairingCode {
  code: string;
  purpose: PairingPurpose;
  /** Milliseconds since the epoch. */
  until: number;
}

/** How long a code can be used, in milliseconds, and how many wrong tries end it (security.md 2). */
const LIFETIME_MS = 60_000;
const TRIES = 5;

/** Without letters and digits that look alike. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 8;

/** The one code that can be used now. A new one ends the one before it. */
export class PairingCodes {
  readonly #clock: Clock;
  #open: (PairingCode & { tries: number }) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  make(purpose: PairingPurpose): PairingCode {
    const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    const code = `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
    this.#open = { code, purpose, until: this.#clock.now() + LIFETIME_MS, tries: 0 };
    return { code, purpose, until: this.#open.until };
  }

  /** Counts a try, before anything is looked at. Throws `Refused` with `code` unless it is the code of this purpose. */
  check(said: string, purpose: PairingPurpose): void {
    const open = this.#open;
    if (open) open.tries += 1;
    const holds =
      open !== undefined &&
      open.tries <= TRIES &&
      open.until > this.#clock.now() &&
      open.purpose === purpose &&
      isSame(open.code, said);
    if (open && open.tries >= TRIES && !holds) this.#open = undefined;
    if (holds) return;
    const how = purpose === 'panel' ? 'stagebook pair --panel' : 'stagebook pair';
    throw new Refused('code', `This code is wrong, was used, or is older than a minute. Make a new one: ${how}`);
  }

  /** The code has done its work. */
  used(): void {
    this.#open = undefined;
  }
}

/** However it was typed: capitals, hyphen and spaces do not matter. Takes the same time for every code. */
function isSame(code: string, said: string): boolean {
  const plain = (text: string): Buffer => Buffer.from(hash('sha256', text.toUpperCase().replace(/[^A-Z0-9]/g, '')));
  return timingSafeEqual(plain(code), plain(said));
}
