/** A fenced part of a block's content. Lines count from 0 within the content. */
export interface Fence {
  language: string;
  text: string;
  /** The line of its first line of text. */
  line: number;
  /** The line after its closing one. */
  end: number;
  /** What every line of it was indented by, which is not part of `text`. */
  indent: number;
}

/** The fenced parts of a block in order. An unclosed one reaches to the block's end. */
export function fencesOf(content: string): Fence[] {
  const fences: Fence[] = [];
  const lines = content.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const opener = openerOf(lines[at]!);
    if (!opener) continue;
    let end = at + 1;
    while (end < lines.length && !closes(lines[end]!, opener.mark)) end += 1;
    const body = lines.slice(at + 1, end);
    // Logseq's own batch insert strips indentation, so what is common to all lines is never part of the text.
    const common = body.reduce(
      (least, line) => (line.trim() === '' ? least : Math.min(least, leading(line))),
      opener.indent,
    );
    fences.push({
      language: opener.language,
      text: body.map((line) => line.slice(Math.min(common, leading(line)))).join('\n'),
      line: at + 1,
      end: Math.min(end + 1, lines.length),
      indent: common,
    });
    at = end;
  }
  return fences;
}

/** The lines of a block outside of its fenced parts, numbered from 0. */
export function* proseOf(content: string, fences: readonly Fence[]): Generator<{ line: number; text: string }> {
  let next = 0;
  for (const [line, text] of content.split('\n').entries()) {
    if (next < fences.length && line >= fences[next]!.end) next += 1;
    const fence = fences[next];
    if (!fence || line < fence.line - 1) yield { line, text };
  }
}

/** A text as a fenced part that reads back the same, whatever it contains. */
export function writeFence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+|~{3,}/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${text}\n${mark}`;
}

function openerOf(line: string): { indent: number; mark: string; language: string } | undefined {
  const indent = leading(line);
  const mark = /^(?:`{3,}|~{3,})/.exec(line.slice(indent))?.[0];
  if (!mark) return undefined;
  const info = line.slice(indent + mark.length).trim();
  // A line that closes itself is inline code.
  if (mark.startsWith('`') && info.includes('`')) return undefined;
  return { indent, mark, language: info.split(/\s/, 1)[0]!.toLowerCase() };
}

/** As the outline has it: three marks end like in Logseq, at any line that begins with a fence; more at a row of their own. */
function closes(line: string, mark: string): boolean {
  const text = line.trim();
  if (mark.length === 3) return text.startsWith('```') || text.startsWith('~~~');
  return text.startsWith(mark) && text === mark[0]!.repeat(text.length);
}

function leading(line: string): number {
  return line.length - line.trimStart().length;
}
