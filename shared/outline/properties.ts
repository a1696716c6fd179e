import { indentEnd, lineEnd, nextLine } from './lines.ts';
import { Verbatim } from './verbatim.ts';

/** A property line as Logseq writes it in a file graph: `key:: value`. */
const PROPERTY = /^\s*([^\s:]+)::(?:[ \t](.*))?$/;

/** The `key:: value` lines of a block or of a page's head, by lower-case key. Those in code and the like are text. */
export function propertiesOf(content: string): Record<string, string> {
  const properties: Record<string, string> = {};
  if (!content.includes('::')) return properties;
  const verbatim = new Verbatim(content);
  for (let at = content.startsWith('\uFEFF') ? 1 : 0; at < content.length;) {
    const next = nextLine(content, at);
    const match = PROPERTY.exec(content.slice(at, lineEnd(content, next)));
    if (match) properties[match[1]!.toLowerCase()] = (match[2] ?? '').trim();
    const end = match ? -1 : verbatim.endOf(indentEnd(content, at), false);
    at = end === -1 ? next : end;
  }
  return properties;
}

/** A block's own uuid, where it has one (`id::`). */
export function uuidOf(content: string): string | undefined {
  return content.includes('id::') ? propertiesOf(content).id : undefined;
}
