import { fail } from '../../shared/failure.ts';
import {
  headProperties,
  parseOutline,
  partHead,
  printOutline,
  walkBlocks,
  type Block,
  type Outline,
} from '../../shared/outline/index.ts';
import { changeHead, joinText, splitText } from './block-text.ts';
import type { Change, GraphBlock } from './graph.ts';
import { isUuid } from './uuid.ts';

/** What a page's Markdown says, as the graph's port has it. */
export function readPageText(text: string): { properties: Record<string, string>; blocks: GraphBlock[] } {
  const outline = parseOutline(text);
  const refs = refsOf(outline);
  const made = new Map<Block, GraphBlock>();
  for (const { block } of walkBlocks(outline.blocks)) {
    const { content, properties } = splitText(block.content);
    const { id, ...others } = properties;
    const ref = refs.get(block)!;
    made.set(block, { ref, ...(id && isUuid(id) && { uuid: id }), content, properties: others, children: [] });
  }
  for (const [block, graphBlock] of made) graphBlock.children = block.children.map((child) => made.get(child)!);
  return { properties: headProperties(outline.preamble), blocks: outline.blocks.map((block) => made.get(block)!) };
}

/**
 * A page's Markdown after some changes. Every byte that no change is about stays as it was.
 * Throws `graph.no_block` for a ref that is not on the page, and `graph.bad_content` for a text that would not be read back
 * as the block it is meant to be.
 */
export function changePageText(text: string, changes: readonly Change[]): string {
  const outline = parseOutline(text);
  const blocks = new Map<string, Block>();
  for (const [block, ref] of refsOf(outline)) blocks.set(ref, block);
  const parents = new Map<Block, Block | null>(outline.blocks.map((block) => [block, null]));
  for (const { block } of walkBlocks(outline.blocks)) for (const child of block.children) parents.set(child, block);
  const find = (ref: string): Block => {
    const block = blocks.get(ref);
    if (!block) throw fail('conflict', 'graph.no_block', `There is no block ${ref} on the page. Read the page again.`);
    return block;
  };

  for (const change of changes) {
    switch (change.kind) {
      case 'properties':
        setPageProperties(outline, change.properties);
        break;
      case 'insert': {
        const parent = change.parent === null ? null : find(change.parent);
        const after = change.after === null ? null : find(change.after);
        const block = insertBlock(outline, parent, after, change);
        parents.set(block, parent);
        if (change.uuid !== undefined) blocks.set(change.uuid, block);
        break;
      }
      case 'update': {
        const block = find(change.ref);
        block.content = joinText(block.content, change.content, change.properties ?? {});
        keepBlankLines(block);
        break;
      }
      case 'remove': {
        const block = find(change.ref);
        const siblings = parents.get(block)?.children ?? outline.blocks;
        siblings.splice(siblings.indexOf(block), 1);
        const gone = new Set(Array.from(walkBlocks([block]), (each) => each.block));
        for (const [ref, each] of blocks) if (gone.has(each)) blocks.delete(ref);
        break;
      }
    }
  }
  const result = printOutline(outline);
  requireSame(outline, parseOutline(result));
  return result;
}

/** A block's own uuid; its address where it has none, or one that another block above has too. */
function refsOf(outline: Outline): Map<Block, string> {
  const refs = new Map<Block, string>();
  const taken = new Set<string>();
  for (const { block, address } of walkBlocks(outline.blocks)) {
    const id = block.content.includes('id::') ? splitText(block.content).properties.id : undefined;
    const ref = id !== undefined && isUuid(id) && !taken.has(id) ? id : `@${address}`;
    taken.add(ref);
    refs.set(block, ref);
  }
  return refs;
}

function insertBlock(
  outline: Outline,
  parent: Block | null,
  after: Block | null,
  change: Extract<Change, { kind: 'insert' }>,
): Block {
  const siblings = parent?.children ?? outline.blocks;
  const index = after === null ? 0 : siblings.indexOf(after) + 1;
  if (after !== null && index === 0) {
    throw fail('conflict', 'graph.no_block', `Block ${change.after} is no longer where it was. Read the page again.`);
  }
  const { uuid, properties } = change;
  const content = joinText('', change.content, { ...properties, ...(uuid === undefined ? {} : { id: uuid }) });
  const block: Block = { content, children: [], source: asWrittenAt(indentOf(outline, parent, siblings)) };
  siblings.splice(index, 0, block);
  return block;
}

/** As deep as its siblings are written, which may be otherwise than the page's usual indentation. */
function indentOf(outline: Outline, parent: Block | null, siblings: readonly Block[]): string {
  if (parent === null) return '';
  const sibling = siblings.find((block) => block.source?.bullet === '-');
  return sibling?.source?.indent ?? `${parent.source?.indent ?? ''}${outline.indentUnit}`;
}

/** The place of a block that was not read from anywhere; nothing of it is written but the indentation. */
function asWrittenAt(indent: string): NonNullable<Block['source']> {
  return { raw: '', content: '\0', indent, bullet: '-', margin: indent.length + 2, line: 0 };
}

/** Blank lines between blocks are a person's layout and no part of the text that is replaced. */
function keepBlankLines(block: Block): void {
  const blank = /\n([ \t\r]*\n)+$/.exec(block.source?.raw ?? '')?.[0].match(/\n/g)?.length ?? 1;
  block.content += '\n'.repeat(blank - 1);
}

function setPageProperties(outline: Outline, changes: Readonly<Record<string, string>>): void {
  const { preamble, lineEnd } = outline;
  const { before, own: lines } = partHead(preamble);
  const words = lines.trimEnd().length;
  // Blanks at the end of the last line are that line's.
  const end = words === 0 ? 0 : words + lines.slice(words).search(/\r?\n|$/);
  const head = lines.slice(0, end);
  const blank = lines.slice(end);
  const changed = changeHead(head.replaceAll('\r\n', '\n'), changes).replace(/^\n/, '');
  // Logseq parts a page's properties from its blocks by a blank line.
  const gap = head === '' || blank === '' ? lineEnd.repeat(2) : blank;
  const joint = /^\uFEFF?$|\n$/.test(before) ? '' : lineEnd;
  outline.preamble = before + (changed === '' ? '' : joint + changed.replaceAll('\n', lineEnd) + gap);
}

/** What was meant and what is read must be the same properties, and the same blocks at the same depths. */
function requireSame(meant: Outline, read: Outline): void {
  const [expected, found] = [factsOf(meant), factsOf(read)];
  const at = expected.findIndex((fact, i) => found[i] !== fact);
  if (at === -1 && expected.length === found.length) return;
  const text = (expected[at] ?? expected.at(-1) ?? '').replace(/^\S* /, '');
  throw fail(
    'invalid',
    'graph.bad_content',
    `On this page, a block cannot have this text, since Logseq would not read it as one block: “${text.slice(0, 120)}”.`,
  );
}

function factsOf({ preamble, blocks }: Outline): string[] {
  const properties = Object.entries(headProperties(preamble)).map(([name, value]) => `:: ${name}:: ${value}`);
  return [
    ...properties,
    ...Array.from(walkBlocks(blocks), ({ block, depth }) => `${depth} ${block.content.trimEnd()}`),
  ];
}
