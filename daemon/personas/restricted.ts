import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { realOf } from '../paths.ts';

/** A longer text is content and no path. */
const LONGEST_PATH = 4_096;

/**
 * The first restricted path that a text names, as it is written in the text; undefined when it names none. Looked at are
 * the text and every word of it, as they are and with links, `..`, `~`, `file:` and percent signs resolved, without regard
 * to capitals. What a script puts together only when it runs cannot be seen here: that is the sandbox's matter.
 */
export function restrictedIn(text: string, patterns: readonly string[], base: string): string | undefined {
  if (patterns.length === 0) return undefined;
  const forms = patterns.map(globExpression);
  const words = text.length <= LONGEST_PATH && !text.includes('\n') ? [text] : [];
  words.push(...text.split(/[\s"'`;|&<>()=,]+/).filter((word) => word !== '' && word.length <= LONGEST_PATH));
  return words.find((word) => placesOf(word, base).some((place) => forms.some((form) => form.test(place))));
}

/** Whether one path, whatever letters are in it, is restricted. */
export function isRestrictedPath(file: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const places = [resolve(file), real(file)].map((place) => place.replaceAll('\\', '/'));
  return patterns.map(globExpression).some((form) => places.some((place) => form.test(place)));
}

function placesOf(word: string, base: string): string[] {
  const decoded = decode(word.replace(/^file:\/\/(localhost)?/i, ''));
  const written = [word, decoded].map((text) => text.replace(/^~(?=$|[/\\])/, homedir()).replaceAll('\\', '/'));
  return written.flatMap((text) => {
    const full = isAbsolute(text) ? resolve(text) : resolve(base, text);
    return [full, real(full)].map((place) => place.replaceAll('\\', '/'));
  });
}

function real(path: string): string {
  try {
    return realOf(path);
  } catch {
    // Nothing can be there: a file on the way, a name that no file can have.
    return path;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `**` is any number of folders, `*` and `?` stay within a name. A pattern that begins nowhere may begin anywhere. */
function globExpression(pattern: string): RegExp {
  const anywhere = /^(\/|[a-z]:)/i.test(pattern) || pattern.startsWith('**/') ? pattern : `**/${pattern}`;
  const parts = anywhere.split(/(\/\*\*$|\*\*\/|\*\*|\*|\?)/).map((part) => {
    if (part === '/**') return '(?:/.*)?';
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'i');
}
