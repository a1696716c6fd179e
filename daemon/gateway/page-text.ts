import type { GraphPage } from '../graph/graph.ts';
import { sectionText } from '../page-parts/notes.ts';

/** A page as Markdown, whichever kind of graph it is of. */
export function pageText(page: GraphPage): string {
  return page.text ?? sectionText({ children: page.blocks });
}
