import { randomBytes } from 'node:crypto';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import { sha256 } from '../journal/payload.ts';
import { effectKey } from './memo.ts';

/** The key under which a counterpart may know an effect: the same for every attempt of a node in an epoch (engine.md). */
export function idempotencyKey(run: string, node: NodeKey, epoch: number): string {
  return sha256(`${run}\n${effectKey(node)}\n${epoch}`).slice(0, 32);
}

/** Which attempt a key is of: the innermost `#n`, 1 without any. */
export function attemptOf(key: NodeKey): number {
  const marks = key.includes('#') ? key.match(/#\d+/g) : null;
  return marks ? Number(marks.at(-1)!.slice(1)) : 1;
}

/** The key of a part of a node: the mark (`[i]`, `#n`) goes on the node's own segment. */
export function childKey(parent: NodeKey, mark: string, id: string): NodeKey {
  return parent === '' ? id : `${parent}${mark}/${id}`;
}

/**
 * A new run's id: nine characters of time, then eight of chance, in Crockford's base 32. Ids of one time sort together,
 * which keeps what is written together close together on the disk.
 */
export function newRunId(now: number): string {
  let chance = '';
  // 256 is a multiple of 32, so that each character is as likely as any other.
  for (const byte of chanceBytes(8)) chance += ALPHABET[byte % 32];
  let time = '';
  for (let rest = now, n = 0; n < 9; n += 1, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  return time + chance;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Asking the system for many bytes at once costs as much as asking for few. */
const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);

/** Bytes of chance, each given once. */
function chanceBytes(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(POOL_BYTES);
  const taken = pool.subarray(0, count);
  pool = pool.subarray(count);
  return taken;
}
