import { createHash } from 'node:crypto';
import { isObject, type Json } from '../../shared/json.ts';

// What sources say is hostile until shown otherwise: of any size, with any character. Here it becomes short lines of text.

/** Characters that are no text: control codes, direction overrides, zero-width marks. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g;
const MOST = 500;
const MOST_LABELS = 64;

/** Any value as one line of at most `most` characters; empty for what is no text and no number. */
export function capped(value: Json | undefined, most = MOST): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  // Cut first: what is looked at stays short, however long the text is.
  const line = value
    .slice(0, 4 * most)
    .toWellFormed()
    .replace(UNSEEN, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= most
    ? line
    : `${line
        .slice(0, most - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

/** Labels or annotations: names and values as short lines, the first ones of very many. */
export function cappedMap(value: Json | undefined): Record<string, string> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value)
    .slice(0, MOST_LABELS)
    .map(([name, one]) => [capped(name, 100), capped(one)] as const);
  return Object.fromEntries(entries.filter(([name]) => name !== '' && name !== '__proto__'));
}

/** An address of the web, or nothing. */
export function cappedUrl(value: Json | undefined): string {
  const text = typeof value === 'string' && value.length <= 2_000 ? value : '';
  return /^https?:\/\/[^\s()<>[\]{}`\\"\u0000-\u001f]+$/i.test(text) ? text : '';
}

/** A name by which things are told apart, short whatever it was. */
export function cappedKey(value: Json | undefined): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (text.length <= 200 && capped(text) === text) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** A moment in milliseconds; undefined for what is none. Alertmanager's year 1 means that there is none. */
export function momentOf(value: Json | undefined): number | undefined {
  const at = typeof value === 'number' ? value * (value < 1e11 ? 1_000 : 1) : Date.parse(capped(value, 40));
  return Number.isFinite(at) && at > 0 && at < 4e12 ? Math.floor(at) : undefined;
}
