import type { Json } from '../json.ts';

/**
 * A list as one line of text: words between commas (`a, b`), these in brackets (`[a, b]`), or JSON (`["a, b", 1]`).
 * Undefined where it begins with a bracket and is neither: split at its commas, it would be what nobody meant.
 */
export function readList(text: string): Json[] | undefined {
  const written = text.trim();
  if (!written.startsWith('[')) return wordsIn(written);
  try {
    const list = JSON.parse(written) as Json;
    return Array.isArray(list) ? list : undefined;
  } catch {
    const words = /^\[([^[\]{}"']*)\]$/.exec(written)?.[1];
    return words === undefined ? undefined : wordsIn(words);
  }
}

/** A list as a field shows it: what `readList` reads as the same list again, with commas alone where they are enough. */
export function listText(list: readonly Json[]): string {
  const isWord = (item: Json): boolean =>
    typeof item === 'string' && item !== '' && item.trim() === item && !/[,\r\n]/.test(item);
  const isWords = list.every((item) => isWord(item)) && !String(list[0] ?? '').startsWith('[');
  return isWords ? list.join(', ') : JSON.stringify(list);
}

function wordsIn(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
