const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60]/u;

/** Text of a page or a program as it may be shown in a terminal: one line, nothing that a terminal would obey. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

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
