import type { DocBlock, PageDoc } from '../../../daemon/pages/page.ts';

/** All blocks, each before those beneath it. */
export const flat = (blocks: readonly DocBlock[]): DocBlock[] =>
  blocks.flatMap((block) => [block, ...flat(block.children ?? [])]);

export const textOf = (doc: Pick<PageDoc, 'blocks'>): string =>
  flat(doc.blocks)
    .map(({ content }) => content)
    .join('\n');

/** The text of a page beneath one heading, with the heading; empty where there is none. */
export const part = (doc: PageDoc, heading: string): string => {
  const found = doc.blocks.find(({ content }) => content.startsWith(`## ${heading}`));
  return textOf({ blocks: found ? [found] : [] });
};
