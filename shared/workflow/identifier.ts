/** Names that expressions have for something else, so no node can be called so. */
export const RESERVED: ReadonlySet<string> = new Set([
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
]);

/** A title in snake_case (NFKD, ASCII); empty when nothing of it is left. Emphasis, links and macros give their text. */
export function idOf(title: string): string {
  return title
    .replace(/\{\{.*?\}\}/g, ' ')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** Whether a text can be an id as it stands. */
export function isId(text: string): boolean {
  return /^[a-z][a-z0-9_]*$/.test(text) && !RESERVED.has(text);
}
