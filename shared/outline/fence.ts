import { indentEnd, type Line } from './lines.ts';

/** Openers for which no closing line follows any more: looking for one again would make a hostile page quadratic. */
export type Closers = Map<string, true>;

/**
 * When a line opens a fence (three or more backticks or tildes), a drawer (`:LOGBOOK:`), or a `#+BEGIN_` block that is
 * closed further down, the number of its closing line; undefined otherwise. `content` is where the line's text begins.
 */
export function closingLine(
  text: string,
  lines: readonly Line[],
  from: number,
  content: number,
  closers: Closers,
): number | undefined {
  const opener = openerOf(text, lines[from]!, content);
  if (!opener || closers.has(opener)) return undefined;
  for (let at = from + 1; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (closes(opener, text.slice(indentEnd(text, line), line.end).trimEnd())) return at;
  }
  closers.set(opener, true);
  return undefined;
}

function openerOf(text: string, line: Line, content: number): string | undefined {
  const first = text[content];
  if (first === '`' || first === '~') {
    let end = content;
    while (text[end] === first) end += 1;
    if (end - content < 3) return undefined;
    // A backtick fence whose first line closes itself is inline code.
    if (first === '`' && text.slice(end, line.end).includes('`')) return undefined;
    return text.slice(content, end);
  }
  if (first === '#') return /^#\+BEGIN_(\w+)/i.exec(text.slice(content, line.end))?.[0]?.toUpperCase();
  if (first === ':')
    return /^:(?:LOGBOOK|PROPERTIES):$/i.test(text.slice(content, line.end).trimEnd()) ? ':END:' : undefined;
  return undefined;
}

function closes(opener: string, line: string): boolean {
  if (opener[0] === '`' || opener[0] === '~') {
    return line.startsWith(opener) && [...line].every((character) => character === opener[0]);
  }
  if (opener === ':END:') return line.toUpperCase() === ':END:';
  return line.toUpperCase() === opener.replace('BEGIN', 'END');
}
