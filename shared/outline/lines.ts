/** One line of a page, with where it lies in the text. `end` excludes the line end, `next` includes it. */
export interface Line {
  start: number;
  end: number;
  next: number;
}

/** The lines of a text; `\n` and `\r\n` end one. A text that ends in a line end has no empty last line. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length : newline + 1;
    let end = newline === -1 ? text.length : newline;
    if (newline > start && text.charCodeAt(newline - 1) === 13) end -= 1;
    lines.push({ start, end, next });
    start = next;
  }
  return lines;
}

const TAB = 9;
const SPACE = 32;

/** Where the indentation of a line ends. */
export function indentEnd(text: string, line: Line): number {
  let at = line.start;
  while (at < line.end) {
    const code = text.charCodeAt(at);
    if (code !== TAB && code !== SPACE) break;
    at += 1;
  }
  return at;
}

/** How far a stretch of indentation reaches; a tab counts as much as Logseq's four spaces. */
export function indentWidth(text: string, start: number, end: number): number {
  let width = 0;
  for (let at = start; at < end; at += 1) width += text.charCodeAt(at) === TAB ? 4 : 1;
  return width;
}
