/**
 * A block of a Logseq page. `content` is what Logseq's own API gives: the text without bullet and indentation, property
 * lines included, lines joined by `\n`.
 */
export interface Block {
  content: string;
  children: Block[];
  /** Where the block came from; absent on blocks made by code. */
  source?: BlockSource;
}

/** The exact text a block was read from, so that what nobody changed is written back byte for byte. */
export interface BlockSource {
  /** Its lines as they stood, line ends included, without its children. */
  raw: string;
  /** What `content` was then: while it is the same, `raw` is what is written. */
  content: string;
  /** What stands before the bullet on its first line. */
  indent: string;
  /** `-`, or empty for text and headings that have no bullet. */
  bullet: string;
  /** How much white space before each later line is not part of the content, where there is as much. */
  margin: number;
  /** The line of the page, from 1. */
  line: number;
}

/** A page: what comes before the first block (page properties, blank lines), and the blocks. */
export interface Outline {
  /** A byte order mark, front matter, page properties and blank lines, as they stood. */
  preamble: string;
  blocks: Block[];
  /** The line end that most lines have; new lines get it. */
  lineEnd: '\n' | '\r\n';
  /** One level of indentation as the page writes it. */
  indentUnit: string;
}

/** Line and column (from 1) on the page of a place in a block's content (from 0). For a block made by code, the content's own. */
export function placeIn(block: Block, line: number, column: number): { line: number; column: number } {
  const { source } = block;
  if (!source) return { line: line + 1, column: column + 1 };
  return { line: source.line + line, column: leadOf(source, line) + column + 1 };
}

/** How many characters of a line on the page come before its content. */
function leadOf({ raw, indent, bullet, margin }: BlockSource, line: number): number {
  if (line === 0) return indent.length + (bullet === '' ? 0 : 2);
  let start = 0;
  for (let at = 0; at < line; at += 1) start = raw.indexOf('\n', start) + 1;
  let lead = 0;
  while (lead < margin && (raw[start + lead] === ' ' || raw[start + lead] === '\t')) lead += 1;
  return lead;
}

/** Every block with its depth (0 at the top) and address (`0.2.1`), in document order. Never recursive: pages may nest deep. */
export function* walkBlocks(blocks: readonly Block[]): Generator<{ block: Block; depth: number; address: string }> {
  const stack = [{ blocks, index: 0, prefix: '' }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const block = top.blocks[top.index];
    if (!block) {
      stack.pop();
      continue;
    }
    const address = `${top.prefix}${top.index}`;
    top.index += 1;
    yield { block, depth: stack.length - 1, address };
    if (block.children.length > 0) stack.push({ blocks: block.children, index: 0, prefix: `${address}.` });
  }
}
