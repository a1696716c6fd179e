const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60]/u;

/** Text of a page or a program as it may be shown in a terminal: one line, nothing that a terminal would obey. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** What a cell needs to be broken over lines, in columns. */
const NARROWEST = 24;

/** The columns that a text takes in a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** The beginning of a text that fits, with an ellipsis where something is missing. */
export function fit(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let taken = 0;
  for (const { segment } of graphemes.segment(text)) {
    taken += WIDE.test(segment) ? 2 : 1;
    if (taken > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** A line with one text at its left edge and one at its right; the left one gives way. */
export function spread(left: string, right: string, columns: number): string {
  if (right === '') return fit(left, columns);
  const room = columns - columnsOf(right) - 2;
  if (room < 8) return fit(left, columns);
  const shown = fit(left, room);
  return `${shown}${' '.repeat(columns - columnsOf(shown) - columnsOf(right))}${right}`;
}

/** A text over several lines, broken between words; a word that is longer has a line to itself. */
export function broken(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= columns || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A line of a table over several, each below where its last cell begins. Cells stand two blanks apart, or more. */
export function hanging(line: string, columns: number): string[] {
  const [before = ''] = /^.*(?: {2}|^)(?=\S)/.exec(line) ?? [];
  const room = columns - columnsOf(before);
  // A column that narrow would be harder to read than what the terminal makes of the line.
  if (room < NARROWEST || columnsOf(line) <= columns) return [line];
  const indent = ' '.repeat(columnsOf(before));
  return broken(line.slice(before.length), room).map((part, n) => `${n === 0 ? before : indent}${part}`);
}
