import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { fail } from './failure.ts';

/**
 * A value as canonical JSON: RFC 8785 over texts in Unicode form NFC, names of fields included, so that how a text was typed
 * never matters. Fields that are undefined are left out. Throws `canonical.text` for half a surrogate pair, `canonical.number` for what
 * is no JSON number, `canonical.name` for two names that are one in NFC.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  // A list has no holes in JSON: what is undefined is null.
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]): [string, unknown] => [name.normalize('NFC'), field])
    // By UTF-16 code units, as RFC 8785 (3.2.3) wants it and JavaScript compares.
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  for (const [index, [name]] of fields.entries()) {
    if (name !== fields[index + 1]?.[0]) continue;
    throw fail('invalid', 'canonical.name', `The name “${name}” stands twice, once composed and once not. Rename one.`);
  }
  return `{${fields.map(([name, field]) => `${text(name)}:${canonicalJson(field)}`).join(',')}}`;
}

/** SHA-256, in hex, of a value's canonical JSON. The same wherever it is computed, in Node and in a browser. */
export function hashJson(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

function text(value: string): string {
  if (value.isWellFormed()) return JSON.stringify(value.normalize('NFC'));
  throw fail('invalid', 'canonical.text', 'A text holds half a surrogate pair, which is no character. Remove it.');
}

function number(value: number): string {
  if (Number.isFinite(value)) return JSON.stringify(value);
  throw fail('invalid', 'canonical.number', `${value} is no number of JSON.`);
}
