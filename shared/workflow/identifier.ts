/** Names that expressions have for something else, so nothing of a page can be called so. */
const RESERVED: ReadonlySet<string> = new Set([
  'inputs',
  'steps',
  'output',
  'memory',
  'run',
  'alert',
  'true',
  'false',
  'null',
  'in',
  // Every object of the language that we are written in has one.
  'constructor',
]);

/** A title in snake_case (NFKD, ASCII); empty when nothing of it is left. Links give their text, macros nothing. */
export function idOf(title: string): string {
  return title
    .replace(/\{\{[^{}]*\}\}/g, ' ')
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

/** Whether a text can be an id, the name of an input or a key of memory as it stands. */
export function isId(text: string): boolean {
  return /^[a-z][a-z0-9_]*$/.test(text) && !RESERVED.has(text);
}
