import type { Block, Outline } from './block.ts';
import { closingLine, type Closers } from './fence.ts';
import { indentEnd, indentWidth, splitLines, type Line } from './lines.ts';

const DASH = 45;
const SPACE = 32;
const TAB = 9;

/** What starts a block on a line. */
interface Start {
  kind: 'bullet' | 'heading';
  /** How deep: the indentation's width, or for a heading without bullet its number of `#`. */
  depth: number;
  indent: string;
  /** Where the content begins. */
  text: number;
}

interface Open {
  block: Block;
  kind: Start['kind'];
  depth: number;
}

/**
 * Reads a page of Logseq Markdown. Never throws and never recurses; linear in the text. `printOutline` gives the same bytes
 * back. Lines inside a closed fence never start a block, nor does a `- ` without indentation that belongs to a paragraph.
 */
export function parseOutline(text: string): Outline {
  const lines = splitLines(text);
  const starts = findStarts(text, lines);
  const first = starts.findIndex((start) => start !== undefined);
  const head = headLines(text, lines, first === -1 ? lines.length : first);
  const outline: Outline = {
    preamble: text.slice(0, lines[head]?.start ?? text.length),
    blocks: [],
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    indentUnit: indentUnitOf(starts),
  };
  const open: Open[] = [];
  for (let at = head; at < lines.length;) {
    const start = starts[at];
    let end = at + 1;
    while (end < lines.length && starts[end] === undefined) end += 1;
    const block = readBlock(text, lines, at, end, start);
    place(outline.blocks, open, block, start);
    at = end;
  }
  return outline;
}

/** The line at which blocks begin: page properties and blank lines come before, any other text is a block of its own. */
function headLines(text: string, lines: readonly Line[], first: number): number {
  for (let at = 0; at < first; at += 1) {
    const line = lines[at]!;
    const content = text.slice(line.start, line.end).replace(/^\uFEFF/, '');
    if (content.trim() !== '' && !PROPERTY.test(content)) return at;
  }
  return first;
}

const PROPERTY = /^[^\s:][^:]*::(?:\s|$)/;

function findStarts(text: string, lines: readonly Line[]): (Start | undefined)[] {
  const starts = new Array<Start | undefined>(lines.length);
  const closers: Closers = new Map();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const start = startOf(text, line);
    starts[at] = start;
    const content = start ? start.text : indentEnd(text, line);
    const closing = closingLine(text, lines, at, content, closers);
    if (closing !== undefined) at = closing;
  }
  return starts;
}

function startOf(text: string, line: Line): Start | undefined {
  const at = indentEnd(text, line);
  const code = text.charCodeAt(at);
  if (code === DASH && at < line.end) {
    const after = at + 1 < line.end ? text.charCodeAt(at + 1) : SPACE;
    if (after !== SPACE && after !== TAB) return undefined;
    return {
      kind: 'bullet',
      depth: indentWidth(text, line.start, at),
      indent: text.slice(line.start, at),
      text: Math.min(at + 2, line.end),
    };
  }
  if (at !== line.start || text[at] !== '#') return undefined;
  let level = 1;
  while (text[at + level] === '#') level += 1;
  if (level > 6 || text.charCodeAt(at + level) !== SPACE) return undefined;
  return { kind: 'heading', depth: level, indent: '', text: at };
}

function readBlock(text: string, lines: readonly Line[], from: number, to: number, start: Start | undefined): Block {
  const first = lines[from]!;
  const begin = start ? start.text : first.start;
  // Text that continues a bullet is indented by two more than the bullet; more than that is its own.
  const margin = start?.kind === 'bullet' ? start.indent.length + 2 : 0;
  const margins = [begin - first.start];
  let content = text.slice(begin, first.end);
  for (let at = from + 1; at < to; at += 1) {
    const line = lines[at]!;
    const skip = Math.min(indentEnd(text, line) - line.start, margin);
    margins.push(skip);
    content += `\n${text.slice(line.start + skip, line.end)}`;
  }
  // Blank lines between blocks belong to the page's layout, not to the block.
  content = content.replace(/\n[\n\t ]*$/, (tail) => (tail.includes('\n') ? '' : tail));
  return {
    content,
    children: [],
    source: {
      raw: text.slice(first.start, lines[to - 1]!.next),
      content,
      indent: start?.indent ?? '',
      bullet: start?.kind === 'bullet' ? '-' : '',
      line: from + 1,
      margins,
    },
  };
}

/** Hangs a block under the nearest one above that is less deep. */
function place(blocks: Block[], open: Open[], block: Block, start: Start | undefined): void {
  const kind = start?.kind ?? 'heading';
  const depth = start?.depth ?? 7;
  while (open.length > 0) {
    const last = open.at(-1)!;
    if (last.kind === kind ? last.depth < depth : last.kind === 'heading' && kind === 'bullet' && depth > 0) break;
    open.pop();
  }
  (open.at(-1)?.block.children ?? blocks).push(block);
  open.push({ block, kind, depth });
}

function indentUnitOf(starts: readonly (Start | undefined)[]): string {
  for (const start of starts) if (start && start.indent !== '') return start.indent[0] === '\t' ? '\t' : start.indent;
  return '\t';
}
