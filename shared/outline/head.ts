import { lineEnd, nextLine } from './lines.ts';
import { propertiesOf } from './properties.ts';

/** A property line as Logseq writes it in a file graph: `key:: value`. */
const PROPERTY = /^\s*[^\s:]+::(?:\s|$)/;

/**
 * Where a page's blocks begin, and on which line (from 1): before them stand a byte order mark, front matter, page properties and
 * blank lines.
 */
export function headEnd(text: string): { at: number; line: number } {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  const matter = frontMatterEnd(text, at);
  while (at < matter) {
    at = nextLine(text, at);
    line += 1;
  }
  let properties: 'none' | 'some' | 'ended' = 'none';
  while (at < text.length) {
    const next = nextLine(text, at);
    const own = text.slice(at, lineEnd(text, next));
    const blank = own.trim() === '';
    // What stands after a blank line is a block's.
    if (!blank && (properties === 'ended' || !PROPERTY.test(own))) break;
    properties = !blank ? 'some' : properties === 'none' ? 'none' : 'ended';
    at = next;
    line += 1;
  }
  return { at, line };
}

/** A page's head in two: a byte order mark and front matter, and the page's own properties with the blank lines around them. */
export function partHead(preamble: string): { before: string; own: string } {
  const at = frontMatterEnd(preamble, preamble.startsWith('\uFEFF') ? 1 : 0);
  return { before: preamble.slice(0, at), own: preamble.slice(at) };
}

/** The `key:: value` lines of a page's head, by lower-case key. What stands in front matter is in another notation. */
export function headProperties(preamble: string): Record<string, string> {
  return propertiesOf(partHead(preamble).own);
}

/** Front matter (`---` to the next `---`) as other programs write it. */
function frontMatterEnd(text: string, at: number): number {
  if (!/^---\r?\n/.test(text.slice(at, at + 5))) return at;
  const end = text.indexOf('---', at + 4);
  return end === -1 ? at : nextLine(text, end);
}
