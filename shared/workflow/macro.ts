/** A line that begins a node: what stands before the macro, its role as written, and the title after it. */
export interface MacroLine {
  role: string;
  title: string;
  /** Where the macro begins on the line. */
  column: number;
}

const MARKS =
  /^(?:#{1,6}\s+)?(?:(?:TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|CANCELED|CANCELLED|IN-PROGRESS)\s+)?(?:\[#[ABC]\]\s+)?/;
const MACRO = /^\{\{renderer\s+:stagebook\s*,\s*([^}]*?)\s*\}\}/;

/** Recognises `{{renderer :stagebook, role}}` at the head of a block, after heading and task marks. */
export function readMacro(line: string): MacroLine | undefined {
  const marks = MARKS.exec(line)?.[0] ?? '';
  const match = MACRO.exec(line.slice(marks.length));
  if (!match) return undefined;
  const title = line.slice(marks.length + match[0].length).trim();
  return { role: match[1]!, title, column: marks.length };
}

/** The same, written. */
export function writeMacro(role: string, title: string): string {
  const macro = `{{renderer :stagebook, ${role}}}`;
  return title === '' ? macro : `${macro} ${title}`;
}
