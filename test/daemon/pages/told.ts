import type { DocBlock, PageDoc } from '../../../daemon/pages/page.ts';

/** Everything that stands under one of a page's headings, or on the whole page, as lines with their depth. */
export function told(doc: PageDoc, heading?: string): string[] {
  const blocks = heading === undefined ? doc.blocks : under(doc, heading);
  return lines(blocks, 0);
}

function under(doc: PageDoc, heading: string): readonly DocBlock[] {
  const found = doc.blocks.find((block) => block.content === `## ${heading}`);
  if (!found)
    throw new Error(`no heading “${heading}”; there are ${doc.blocks.map(({ content }) => content).join(', ')}`);
  return found.children ?? [];
}

export function headings(doc: PageDoc): string[] {
  return doc.blocks.filter(({ content }) => content.startsWith('## ')).map(({ content }) => content.slice(3));
}

function lines(blocks: readonly DocBlock[], depth: number): string[] {
  return blocks.flatMap((block) => [
    ...block.content.split('\n').map((line) => `${'  '.repeat(depth)}${line}`),
    ...lines(block.children ?? [], depth + 1),
  ]);
}
