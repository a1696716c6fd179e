import type { Block, Outline } from './block.ts';
import { headEnd } from './head.ts';
import { indentEnd, lineEnd, nextLine, usualLineEnd } from './lines.ts';
import { Verbatim } from './verbatim.ts';

const DASH = 45;
const HASH = 35;
const SPACE = 32;
const TAB = 9;

/** What a line begins. */
interface Start {
  kind: 'bullet' | 'heading' | 'text';
  /** Where its indentation ends. */
  at: number;
  /** Where its content begins. */
  content: number;
}

/**
 * Reads a page of Logseq Markdown into the blocks that Logseq has for it: a bullet (`- `) is as deep as it is indented, a heading
 * without bullet and the text before the first bullet are blocks at the top. Never throws and never recurses; linear in the
 * text. `printOutline` gives the same bytes back.
 */
export function parseOutline(text: string): Outline {
  const head = headEnd(text);
  const verbatim = new Verbatim(text);
  const outline: Outline = {
    preamble: text.slice(0, head.at),
    blocks: [],
    lineEnd: usualLineEnd(text),
    indentUnit: '',
  };
  const open: { block: Block; depth: number }[] = [];
  let line = head.line;
  for (let at = head.at; at < text.length;) {
    const start = startOf(text, at) ?? { kind: 'text' as const, at, content: at };
    let lines = 0;
    let next = at;
    do {
      const opener =
        next === at && start.kind === 'heading' ? start.content : indentEnd(text, next === at ? start.content : next);
      const end = pieceEnd(text, verbatim, opener, next === at && start.kind === 'bullet');
      lines += end.lines;
      next = end.next;
    } while (next < text.length && !startOf(text, next));
    const indent = text.slice(at, start.at);
    if (outline.indentUnit === '' && indent !== '') outline.indentUnit = indent[0] === '\t' ? '\t' : indent;
    const margin = start.kind === 'text' ? 0 : start.kind === 'heading' ? 2 : indent.length + 2;
    const content = contentOf(text, start.content, next, margin, lines);
    const block: Block = {
      content,
      children: [],
      source: {
        raw: text.slice(at, next),
        content,
        indent: start.kind === 'text' ? '' : indent,
        bullet: start.kind === 'bullet' ? '-' : '',
        margin,
        line,
      },
    };
    place(outline.blocks, open, block, start.kind === 'bullet' ? indent.length : 0);
    line += lines;
    at = next;
  }
  if (outline.indentUnit === '') outline.indentUnit = '\t';
  return outline;
}

/** What starts a block on the line at `from`: a bullet, or a heading at any indentation; undefined for all else. */
function startOf(text: string, from: number): Start | undefined {
  const at = indentEnd(text, from);
  const code = text.charCodeAt(at);
  if (code === DASH && endsWord(text, at + 1)) {
    const after = text.charCodeAt(at + 1);
    return { kind: 'bullet', at, content: after === SPACE || after === TAB ? at + 2 : at + 1 };
  }
  if (code !== HASH) return undefined;
  let end = at + 1;
  while (text.charCodeAt(end) === HASH) end += 1;
  return endsWord(text, end) ? { kind: 'heading', at, content: at } : undefined;
}

function endsWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === SPACE || code === TAB || code === 10 || code === 13 || Number.isNaN(code);
}

/** The line after the one whose text begins at `at`, or after all of the piece that opens there. */
function pieceEnd(text: string, verbatim: Verbatim, at: number, afterBullet: boolean): { next: number; lines: number } {
  const end = verbatim.endOf(at, afterBullet);
  if (end === -1) return { next: nextLine(text, at), lines: 1 };
  let lines = 0;
  for (let next = at; next < end; next = nextLine(text, next)) lines += 1;
  return { next: end, lines };
}

function contentOf(text: string, from: number, next: number, margin: number, lines: number): string {
  if (lines === 1) return text.slice(from, lineEnd(text, next));
  const first = nextLine(text, from);
  const parts = [text.slice(from, lineEnd(text, first))];
  for (let at = first; at < next;) {
    const end = nextLine(text, at);
    const skip = Math.min(indentEnd(text, at) - at, margin);
    parts.push(text.slice(at + skip, lineEnd(text, end)));
    at = end;
  }
  // Blank lines between blocks belong to the page's layout, not to the block.
  while (parts.length > 1 && parts.at(-1)!.trim() === '') parts.pop();
  return parts.join('\n');
}

/** Hangs a block under the nearest one above that is less deep. */
function place(blocks: Block[], open: { block: Block; depth: number }[], block: Block, depth: number): void {
  while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
  (open.at(-1)?.block.children ?? blocks).push(block);
  open.push({ block, depth });
}
