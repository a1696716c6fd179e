import { pagesFound } from '../../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import type { Host } from '../host.ts';

/** The names of the graph's pages that have a workflow, in order. Where the host cannot say, none. */
export async function workflowPages(host: Pick<Host, 'call' | 'graph'>): Promise<string[]> {
  const { kind } = await host.graph();
  const query = kind === 'db' ? LOGSEQ_QUERIES.workflowsInDb : LOGSEQ_QUERIES.workflows;
  try {
    const names = pagesFound(await host.call('logseq.DB.datascriptQuery', [query])).map(({ name }) => name);
    return [...new Set(names)].sort((one, other) => one.localeCompare(other));
  } catch {
    return [];
  }
}
