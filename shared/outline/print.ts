import { walkBlocks, type Outline } from './block.ts';

/** A page as text. What came from `parseOutline` and was not changed comes out byte for byte; the rest in Logseq's form. */
export function printOutline(outline: Outline): string {
  const parts = [outline.preamble];
  for (const { block, depth } of walkBlocks(outline.blocks)) {
    const { source } = block;
    if (source && source.content === block.content) {
      endLine(parts, outline.lineEnd);
      parts.push(source.raw);
      continue;
    }
    endLine(parts, outline.lineEnd);
    const indent = source?.bullet === '-' ? source.indent : outline.indentUnit.repeat(depth);
    const bare = source !== undefined && source.bullet === '';
    const lines = block.content.split('\n');
    const first = bare ? lines[0]! : `${indent}- ${lines[0]}`;
    const margin = bare ? ' '.repeat(source.margin) : `${indent}  `;
    const rest = lines.slice(1).map((line) => (line === '' ? line : `${margin}${line}`));
    parts.push(
      [first.trimEnd() === `${indent}-` ? `${indent}-` : first, ...rest].join(outline.lineEnd) + outline.lineEnd,
    );
  }
  return parts.join('');
}

/** Blocks that follow begin on a line of their own, also after a page that ended without a line end. */
function endLine(parts: string[], lineEnd: string): void {
  const last = parts.findLast((part) => part !== '');
  if (last !== undefined && !last.endsWith('\n') && last !== '\uFEFF') parts.push(lineEnd);
}
