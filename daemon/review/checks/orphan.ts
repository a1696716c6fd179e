import type { PageFacts } from '../../graph-index/facts.ts';
import { defineCheck, type Found, type Subject } from '../check.ts';
import { filePage, isBuiltIn } from '../names.ts';
import { isHighlights, isRecord, isTemplate } from '../page-types.ts';
import { reachedByQueries } from '../queries.ts';
import { nodesOn } from '../workflow-pages.ts';

const WAYS_IN = new Set(['contents', 'favorites', 'index', 'home', 'readme']);

export const orphan = defineCheck({
  check: 'orphan',
  title: 'Pages that nothing leads to',
  explanation: 'Nobody comes upon them: no page links to them, none of their names, tags or blocks is used anywhere.',
  severity: 'hint',
  *run(subject): Iterable<Found> {
    const { graph } = subject;
    const byFile = new Set<PageFacts>();
    for (const page of graph.having('linksFiles')) {
      for (const link of page.links) {
        if (link.kind !== 'file') continue;
        const to = filePage(link.name, page, graph);
        if (to) byFile.add(to);
      }
    }
    const byQuery = reachedByQueries(subject);
    for (const page of graph.reviewed()) {
      if (page.kind !== 'page' || graph.isReferred(page) || byFile.has(page)) continue;
      if (isReachedOtherwise(page, subject) || byQuery(page)) continue;
      yield { page, message: `Nothing leads to “${page.name}”. Link to it from where it is needed, or archive it.` };
    }
  },
});

function isReachedOtherwise(page: PageFacts, { graph, settings }: Subject): boolean {
  // An empty page is told as what it is; a name with a slash stands in its namespace.
  if (page.empty || page.key.includes('/') || graph.isAbove(page.key)) return true;
  if (WAYS_IN.has(page.key) || isBuiltIn(page.key) || settings.reached.has(page.key) || isHighlights(page)) return true;
  if (isRecord(page) || isTemplate(page) || page.templates || nodesOn(page).size > 0) return true;
  // Twins are one page for Logseq.
  return graph.named(page.key).length > 1;
}
