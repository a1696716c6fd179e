import type { Json } from '../json.ts';
import { DURATION } from './duration.ts';

/** A value as YAML on one line, nested values in flow style; any YAML 1.2 reader gives the same value back. */
export function flowYaml(value: Json): string {
  if (typeof value === 'string') return isPlain(value) ? value : doubleQuoted(value);
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => `${nameYaml(name)}: ${flowYaml(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return JSON.stringify(value);
}

/** The name of a setting. */
export function nameYaml(name: string): string {
  return isPlain(name) ? name : doubleQuoted(name);
}

/** A text in single quotes, in which a backslash is a backslash; in double ones where that cannot be. */
export function singleQuoted(text: string): string {
  return UNPRINTABLE.test(text) ? doubleQuoted(text) : `'${text.replaceAll("'", "''")}'`;
}

/** Texts without quotes: words with what is harmless between them. */
const PLAIN = /^[A-Za-z_](?:[\w./-]|[ ](?=[\w(])|[()](?=[\w ()]|$))*$/;
/** What YAML reads as something other than a text. */
const NO_TEXT = /^(?:true|false|null|y|n|yes|no|on|off)$/i;
/** Line breaks of any kind, control characters, byte order marks and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\uFEFF]/u;

function isPlain(text: string): boolean {
  return (PLAIN.test(text) && !NO_TEXT.test(text)) || DURATION.test(text);
}

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007F-\u009F\u2028\u2029\uFEFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
