import { z } from 'zod';
import { lookAt } from '../../graph/look-at.ts';
import { graphOf } from '../graph-of.ts';
import { pageText } from '../page-text.ts';
import { asJson, defineTool } from '../tool.ts';

/** So many pages are looked into; a search by a program must not keep everybody else waiting. */
const MOST_PAGES = 3_000;
const AROUND = 120;

/** Pages of the graph by words. */
export const searchGraph = defineTool({
  name: 'search_graph',
  description: 'Find pages of the graph that have all these words in their name or text.',
  effect: 'read',
  needs: 'nothing',
  action: 'page.read',
  input: z.strictObject({ words: z.string().trim().min(1).max(200), limit: z.int().min(1).max(50).default(10) }),
  async run({ words, limit }, conversation) {
    const graph = await graphOf(conversation);
    const wanted = words.toLowerCase().split(/\s+/);
    const found: { page: string; excerpt: string }[] = [];
    let looked = 0;
    let all = true;
    for await (const name of graph.pages()) {
      conversation.extra.signal.throwIfAborted();
      if (looked === MOST_PAGES || found.length === limit) {
        all = false;
        break;
      }
      looked += 1;
      const page = await lookAt(graph, name);
      if (page === undefined) all = false;
      const text = page ? pageText(page) : '';
      const both = `${name}\n${text}`.toLowerCase();
      if (!wanted.every((word) => both.includes(word))) continue;
      const at = Math.max(text.toLowerCase().indexOf(wanted[0]!) - AROUND / 2, 0);
      found.push({ page: name, excerpt: text.slice(at, at + AROUND).replace(/\s+/g, ' ') });
    }
    return { results: asJson(found), pagesLookedAt: looked, complete: all };
  },
});
