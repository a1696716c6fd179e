/** A line that begins a node: its role as written (empty where the macro names none), and the title after it. */
export interface MacroLine {
  role: string;
  title: string;
  /** Where the macro begins on the line. */
  column: number;
}

const MARKS =
  /^(?:#{1,6}\s+)?(?:(?:TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|CANCELED|CANCELLED|IN-PROGRESS)\s+)?(?:\[#[ABC]\]\s+)?/;
const MACRO = /^\{\{renderer\s+:stagebook(?=[\s,}])([^{}]*)\}\}/;
const ANYWHERE = /\{\{\s*renderer\s+:stagebook(?![\w-])/;

/** Recognises `{{renderer :stagebook, role}}` at the head of a block, after heading and task marks. */
export function readMacro(line: string): MacroLine | undefined {
  const marks = MARKS.exec(line)?.[0] ?? '';
  const match = MACRO.exec(line.slice(marks.length));
  if (!match) return undefined;
  const title = line.slice(marks.length + match[0].length).trim();
  return { role: match[1]!.trim().replace(/^,\s*/, ''), title, column: marks.length };
}

/** Where a macro of ours stands in a text that is not in code (`` `…` ``); -1 when nowhere. */
export function macroIn(text: string): number {
  if (!text.includes(':stagebook')) return -1;
  return text.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length)).search(ANYWHERE);
}

/** The same, written. */
export function writeMacro(role: string, title: string): string {
  const macro = `{{renderer :stagebook, ${role}}}`;
  return title === '' ? macro : `${macro} ${title}`;
}
