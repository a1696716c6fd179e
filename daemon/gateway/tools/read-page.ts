import { z } from 'zod';
import { fail } from '../../../shared/failure.ts';
import { graphOf } from '../graph-of.ts';
import { pageText } from '../page-text.ts';
import { defineTool } from '../tool.ts';

const LONGEST = 200_000;

/** A page of the graph as it stands now. */
export const readPage = defineTool({
  name: 'read_page',
  description: 'Read a page of the graph as it stands now, as Markdown.',
  effect: 'read',
  needs: 'nothing',
  action: 'page.read',
  input: z.strictObject({ page: z.string().min(1) }),
  async run({ page }, conversation) {
    const graph = await graphOf(conversation);
    const found = await graph.read(page);
    if (!found)
      throw fail('not-found', 'page.not_found', `There is no page “${page}” in the graph. search_graph finds pages.`);
    const text = pageText(found);
    return { page: found.name, text: text.slice(0, LONGEST), cut: text.length > LONGEST };
  },
});
