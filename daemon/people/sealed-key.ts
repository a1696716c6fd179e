import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  randomBytes,
  scryptSync,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';

/** About 150 ms and 64 MB a try on a laptop of today. Written beside each key, so that a later version can ask for more. */
const COST = { N: 2 ** 16, r: 8, p: 1 };
/** What a file may ask for: more would only hold up whoever opens it. */
const DEAREST = 2 ** 20;

/** A private key that only a PIN opens: scrypt, then AES-256-GCM. All texts are base64. */
export const sealedKey = z.strictObject({
  cost: z.strictObject({ N: z.int().min(2).max(DEAREST), r: z.int().min(1).max(32), p: z.int().min(1).max(16) }),
  salt: z.string(),
  iv: z.string(),
  tag: z.string(),
  key: z.string(),
});
export type SealedKey = z.infer<typeof sealedKey>;

export function seal(key: KeyObject, pin: string): SealedKey {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secretOf(pin, salt, COST), iv);
  const sealed = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()]);
  const text = (bytes: Buffer): string => bytes.toString('base64');
  return { cost: COST, salt: text(salt), iv: text(iv), tag: text(cipher.getAuthTag()), key: text(sealed) };
}

/** The key, or undefined when the PIN is another one or anything of what was sealed has been changed. */
export function unseal(sealed: SealedKey, pin: string): KeyObject | undefined {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  const secret = secretOf(pin, bytes(sealed.salt), sealed.cost);
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes(sealed.iv), { authTagLength: 16 });
    decipher.setAuthTag(bytes(sealed.tag));
    const opened = Buffer.concat([decipher.update(bytes(sealed.key)), decipher.final()]);
    return createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

/** However a PIN was typed (composed or not, full width or not), it is the same one. */
function secretOf(pin: string, salt: Buffer, { N, r, p }: SealedKey['cost']): Buffer {
  return scryptSync(pin.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r * p });
}
