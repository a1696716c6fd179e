/** A fenced part of a block's content. Lines count from 0 within the content. */
export interface Fence {
  language: string;
  text: string;
  /** The line of its first line of text. */
  line: number;
  /** What every line of it was indented by, which is not part of `text`. */
  indent: number;
}

/** The fenced parts of a block in order. An unclosed one reaches to the block's end. */
export function fencesOf(content: string): Fence[] {
  const fences: Fence[] = [];
  const lines = content.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const opener = /^(\s*)(`{3,}|~{3,})\s*([^`\s]*)[^`]*$/.exec(lines[at]!);
    if (!opener) continue;
    const [, indent, mark, language] = opener as unknown as [string, string, string, string];
    let end = at + 1;
    while (end < lines.length && !closes(lines[end]!, mark)) end += 1;
    const body = lines.slice(at + 1, end);
    // Logseq's own batch insert strips indentation, so what is common to all lines is never part of the text.
    const common = Math.min(indent.length, ...body.filter((line) => line.trim() !== '').map(leading));
    fences.push({
      language: language.toLowerCase(),
      text: body.map((line) => line.slice(Math.min(common, leading(line)))).join('\n'),
      line: at + 1,
      indent: common,
    });
    at = end;
  }
  return fences;
}

function closes(line: string, mark: string): boolean {
  const text = line.trim();
  return text.startsWith(mark) && text === text[0]!.repeat(text.length);
}

function leading(line: string): number {
  return line.length - line.trimStart().length;
}
