import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../shared/failure.ts';
import { isObject, type JsonObject } from '../../shared/json.ts';
import { parseManifest, valueAt } from './manifest.ts';

/**
 * The text with another version at one place, and every other byte as it was.
 * Each place where the old version is written after a key of that name is tried, until reading the text back gives exactly
 * what was wanted: so comments, strings and tables that merely look alike are never touched.
 * Throws `version.not_editable`.
 */
export function setVersion(file: string, text: string, place: readonly string[], from: string, to: string): string {
  const before = parseManifest(file, text);
  if (valueAt(before, place) === to) return text;
  const wanted = replaced(before, place, to);
  const key = escape(place.at(-1) ?? '');
  const separator = file.endsWith('.toml') ? '=' : ':';
  const written = new RegExp(`(["']?)${key}\\1[ \\t\\r\\n]*${separator}[ \\t\\r\\n]*(["'])(${escape(from)})\\2`, 'dg');
  for (const match of text.matchAll(written)) {
    const [start, end] = match.indices?.[3] ?? [0, 0];
    const candidate = text.slice(0, start) + to + text.slice(end);
    if (reads(file, candidate, wanted)) return candidate;
  }
  throw fail(
    'invalid',
    'version.not_editable',
    `The version in ${file} is written in a form that cannot be changed without touching the rest. ` +
      `Write it as ${file.endsWith('.toml') ? `version = "${from}"` : `"version": "${from}"`} on a line of its own.`,
  );
}

function reads(file: string, text: string, wanted: JsonObject): boolean {
  try {
    // The copy is plain, as `wanted` is: the reader of TOML gives objects of its own kind.
    return isDeepStrictEqual(structuredClone(parseManifest(file, text)), wanted);
  } catch {
    return false; // This place was part of something else, which does not read without it.
  }
}

function replaced(content: JsonObject, place: readonly string[], value: string): JsonObject {
  const [key = '', ...rest] = place;
  const inner = content[key];
  return Object.assign(structuredClone(content), {
    [key]: rest.length > 0 && isObject(inner) ? replaced(inner, rest, value) : value,
  });
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
