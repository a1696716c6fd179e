import { indentEnd, lineEnd, nextLine } from './lines.ts';
import { Verbatim } from './verbatim.ts';

/** A property line as Logseq writes it in a file graph: `key:: value`. */
const PROPERTY = /^\s*([^\s:]+)::(?:[ \t](.*))?$/;

/**
 * What takes in the lines after it, whatever they begin with: a quote those up to a blank one or an `id::`, and a list of its own
 * (not on the first line, where it is the block's title) those up to an empty one.
 */
const QUOTE = { begins: /^\s*>\s*\S/, ends: /^\s*(?:$|id::\s)/ };
const LIST = { begins: /^\s*(?:[*+]|\d+\.)\s+\S/, ends: /^$/ };

/** A stretch of a text: a line with the property that it gives, or lines that give none. */
export interface PropertyLine {
  /** Without the line end of its last line. */
  text: string;
  property?: { name: string; value: string };
}

/** A block or a page's head line by line, with the properties. Lines in code and the like are text, and come as one. */
export function* propertyLines(content: string): Generator<PropertyLine> {
  const verbatim = new Verbatim(content);
  let within: typeof QUOTE | undefined;
  for (let at = 0; at < content.length;) {
    const next = nextLine(content, at);
    const text = content.slice(at, lineEnd(content, next));
    if (within?.ends.test(text)) within = undefined;
    within ??= QUOTE.begins.test(text) ? QUOTE : at > 0 && LIST.begins.test(text) ? LIST : undefined;
    if (within) {
      yield { text };
      at = next;
      continue;
    }
    const match = PROPERTY.exec(at === 0 ? text.replace(/^\uFEFF/, '') : text);
    if (match) yield { text, property: { name: match[1]!.toLowerCase(), value: (match[2] ?? '').trim() } };
    const end = match ? -1 : verbatim.endOf(indentEnd(content, at), false);
    if (!match) yield { text: end === -1 ? text : content.slice(at, lineEnd(content, end)) };
    at = end === -1 ? next : end;
  }
}

/** The `key:: value` lines of a block or of a page's head, by lower-case key. */
export function propertiesOf(content: string): Record<string, string> {
  const properties: Record<string, string> = {};
  if (!content.includes('::')) return properties;
  for (const { property } of propertyLines(content)) if (property) properties[property.name] = property.value;
  return properties;
}

/** A block's own uuid, where it has one (`id::`). */
export function uuidOf(content: string): string | undefined {
  return content.includes('id::') ? propertiesOf(content).id : undefined;
}
