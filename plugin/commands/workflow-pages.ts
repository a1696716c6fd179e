import { pagesFound } from '../../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import { fromDbName } from '../../shared/logseq/names.ts';
import { wholeNames } from '../../shared/logseq/page-rows.ts';
import type { Host } from '../host.ts';

/** The whole names of the graph's pages that have a workflow, in order. Where the host cannot say, none. */
export async function workflowPages(host: Pick<Host, 'call' | 'graph'>): Promise<string[]> {
  const { kind } = await host.graph();
  try {
    const names = kind === 'db' ? await namesInDb(host) : await namesInFiles(host);
    return [...new Set(names)].sort((one, other) => one.localeCompare(other));
  } catch {
    return [];
  }
}

async function namesInFiles({ call }: Pick<Host, 'call'>): Promise<string[]> {
  return pagesFound(await call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.workflows])).map(({ name }) => name);
}

/** A page has only its own part of its name; those above it have the rest. */
async function namesInDb({ call }: Pick<Host, 'call'>): Promise<string[]> {
  const found = pagesFound(await call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.workflowsInDb]));
  if (found.length === 0) return [];
  const names = wholeNames(await call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.pagesInDb]));
  return found.flatMap(({ uuid = '' }) => names.get(uuid) ?? []).map(fromDbName);
}
