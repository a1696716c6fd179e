import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new token: the id by which its owner is found, and a secret of which only the hash is kept. */
export function newBearer(): { id: string; hash: string; token: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, hash: hash('sha256', secret), token: `${id}.${secret}` };
}

/** The id that a token claims. */
export function idOfBearer(token: string): string {
  return token.slice(0, Math.max(token.indexOf('.'), 0));
}

/** Whether it is the token with this hash. Takes as long for a wrong one as for a right one, and for none that is known. */
export function isBearer(token: string, known: string | undefined): boolean {
  const given = Buffer.from(hash('sha256', token.slice(token.indexOf('.') + 1)));
  const right = timingSafeEqual(given, Buffer.from(known ?? hash('sha256', '')));
  return right && known !== undefined;
}
