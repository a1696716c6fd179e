import type { Nodes, RootContent } from 'mdast';

/** A Markdown file with the place of each of its parts. */
export interface Source {
  /** What stands at its top level, in order: every line that is not blank is in one of them. */
  parts: RootContent[];
  /** The lines of a part as they stand, without the margin that they have as part of a list. */
  linesOf(part: Nodes): string;
  /** What a heading, a paragraph or a cell says, as it is written. */
  textOf(part: Nodes): string;
}

/** Reads Markdown as GitHub does. The parser is loaded only where somebody imports. */
export async function sourceOf(text: string): Promise<Source> {
  const [{ fromMarkdown }, { gfm }, { gfmFromMarkdown }] = await Promise.all([
    import('mdast-util-from-markdown'),
    import('micromark-extension-gfm'),
    import('mdast-util-gfm'),
  ]);
  const clean = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const tree = fromMarkdown(clean, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const slice = (part: Nodes): { text: string; column: number } => {
    const { start, end } = part.position!;
    return { text: clean.slice(start.offset, end.offset), column: start.column };
  };
  const source: Source = {
    parts: tree.children,
    linesOf(part) {
      const { text: own, column } = slice(part);
      const margin = new RegExp(`^[ \\t]{0,${column - 1}}`);
      return own
        .split('\n')
        .map((line, n) => (n === 0 ? line : line.replace(margin, '')))
        .join('\n');
    },
    textOf(part) {
      if (!('children' in part)) return source.linesOf(part);
      if (part.children.length === 0) return '';
      if (part.type !== 'heading' && part.type !== 'paragraph' && part.type !== 'tableCell')
        return source.linesOf(part);
      const first = part.children[0]!.position!.start;
      const last = part.children.at(-1)!.position!.end;
      return clean
        .slice(first.offset, last.offset)
        .split('\n')
        .map((line) => line.trim())
        .join('\n');
    },
  };
  return source;
}
