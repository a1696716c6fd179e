import { hash } from 'node:crypto';

/** The name space of all uuids that Stagebook makes up. */
const NAMESPACE = Buffer.from('7d1c2a6e5b3f4e0c9a8d1f2e3c4b5a69', 'hex');

/** RFC 9562, version 5: the same text gives the same uuid everywhere. */
function uuidOf(text: string): string {
  const bytes = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(text)]), 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The uuid of a block that Stagebook writes: every writing of the page gives it the same. */
export function blockUuid(page: string, key: string): string {
  return uuidOf(`${page.normalize('NFC')}\n${key}`);
}

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
