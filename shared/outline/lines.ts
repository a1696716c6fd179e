const TAB = 9;
const SPACE = 32;
const RETURN = 13;

/** Where the line after the one at `at` begins; the text's length after the last. */
export function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
}

/** Where a line ends before its `\n` or `\r\n`; `next` is where the line after it begins. */
export function lineEnd(text: string, next: number): number {
  if (next === 0 || text[next - 1] !== '\n') return next;
  return text.charCodeAt(next - 2) === RETURN ? next - 2 : next - 1;
}

/** Where the indentation of the line at `at` ends. */
export function indentEnd(text: string, at: number): number {
  let end = at;
  for (let code = text.charCodeAt(end); code === SPACE || code === TAB; code = text.charCodeAt(end)) end += 1;
  return end;
}

/** The line end that most lines of a text have. */
export function usualLineEnd(text: string): '\n' | '\r\n' {
  if (!text.includes('\r\n')) return '\n';
  let [all, returns] = [0, 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    all += 1;
    if (text.charCodeAt(at - 1) === RETURN) returns += 1;
  }
  return 2 * returns > all ? '\r\n' : '\n';
}
