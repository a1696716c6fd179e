import { defineCheck } from '../check.ts';
import { isHighlights } from '../page-types.ts';

export const longPage = defineCheck({
  check: 'long-page',
  title: 'Very long pages',
  explanation: 'Nobody reads them to the end, and Logseq becomes slow on them: parts of one can be pages of their own.',
  severity: 'hint',
  onPage(page, { limits }) {
    if (page.kind !== 'page' || isHighlights(page)) return [];
    if (page.blocks <= limits.longBlocks && page.characters <= limits.longCharacters) return [];
    const size =
      page.blocks > limits.longBlocks
        ? `${page.blocks.toLocaleString('en-US')} blocks`
        : `${page.characters.toLocaleString('en-US')} characters`;
    return [{ page, message: `“${page.name}” has ${size}. Make pages of its parts, and link to them.` }];
  },
});
