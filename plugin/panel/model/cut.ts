/** How much of a text is drawn before somebody asks for all of it. */
const SHOWN_CHARACTERS = 2_000;
const SHOWN_LINES = 40;

/** The beginning of a text, and how much was left out. A pair of surrogates is never cut in half. */
export function cut(text: string, characters = SHOWN_CHARACTERS, lines = SHOWN_LINES): { shown: string; left: number } {
  let end = Math.min(text.length, characters);
  for (let at = -1, seen = 0; seen < lines; seen += 1) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= end) break;
    if (seen === lines - 1) end = at;
  }
  const code = text.charCodeAt(end - 1);
  if (end < text.length && code >= 0xd800 && code <= 0xdbff) end -= 1;
  return { shown: text.slice(0, end), left: text.length - end };
}

/** A size as people say it. */
export function size(characters: number): string {
  if (characters < 1_000) return `${characters} characters`;
  if (characters < 1_000_000) return `${Math.round(characters / 100) / 10} k characters`;
  return `${Math.round(characters / 100_000) / 10} M characters`;
}
