import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
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
  const forms = patterns.flatMap(formsOf);
  return wordsOf(text).find((word) => placesOf(word, base).some((place) => forms.some((form) => form.test(place))));
}

/** Whether one path, whatever letters are in it, is restricted. */
export function isRestrictedPath(file: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const places = [resolve(file), real(file)].map(slashed);
  return patterns.flatMap(formsOf).some((form) => places.some((place) => form.test(place)));
}

/** All that may be a path: the text, its words, what stands in quotes, and what stands behind an option or a mark (`-I/etc`, `a:/etc`). */
function wordsOf(text: string): string[] {
  const words = text.length <= LONGEST_PATH && !text.includes('\n') ? [text] : [];
  for (const [, double, single] of text.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)) words.push(double ?? single ?? '');
  for (const word of text.split(/[\s"'`;|&<>()=,]+/)) {
    words.push(word, ...word.split(/[:@[\]{}]+/), word.replace(/^-+[a-z]+(?=[./~$])/i, ''));
  }
  return [...new Set(words)].filter((word) => word !== '' && word.length <= LONGEST_PATH);
}

function placesOf(word: string, base: string): string[] {
  const decoded = decode(word.replace(/^file:\/\/(localhost)?/i, ''));
  return [word, decoded].flatMap((written) => {
    const text = slashed(atHome(written));
    const full = isAbsolute(text) ? resolve(text) : resolve(base, text);
    return [full, real(full)].map(slashed);
  });
}

function atHome(path: string): string {
  return path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=$|[/\\])/, () => homedir());
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
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

/** A pattern as it is written, and with the links in it resolved: a folder is restricted by whatever name it is reached. */
function formsOf(pattern: string): RegExp[] {
  const written = slashed(atHome(pattern.trim()))
    .replace(/^(?:\.\/+)+/, '')
    .replace(/(?<=.)\/+$/, '');
  if (!isAbsolute(written)) return [globExpression(written)];
  const [fixed = ''] = /^[^*?]*(?=\/|$)/.exec(written) ?? [];
  return [written, slashed(join(real(fixed || '/'), written.slice(fixed.length)))].map(globExpression);
}

/**
 * `**` is any number of folders, `*` and `?` stay within a name. A pattern that begins nowhere may begin anywhere, and one
 * that is a folder is all that is in it.
 */
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
  return new RegExp(`^${parts.join('')}(?:/.*)?$`, 'i');
}
