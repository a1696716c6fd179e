import { isObject, type Json } from '../../shared/json.ts';
import type { Host } from '../host.ts';

const MACRO = '{{renderer :stagebook, workflow}}';
const textOf = { file: ':block/content', db: ':block/title' } as const;

/** Asks a graph for its pages that have a workflow: rows of one page each. */
export function workflowPagesQuery(kind: 'file' | 'db'): string {
  return `[:find (pull ?p [:block/original-name :block/title :block/name])
 :where [?b ${textOf[kind]} ?text] [(clojure.string/includes? ?text "${MACRO}")] [?b :block/page ?p]]`;
}

/** The names of the graph's pages that have a workflow, in order. Where the host cannot say, none. */
export async function workflowPages(host: Pick<Host, 'call' | 'graph'>): Promise<string[]> {
  const { kind } = await host.graph();
  try {
    const found = await host.call('logseq.DB.datascriptQuery', [workflowPagesQuery(kind)]);
    const names = (Array.isArray(found) ? found : []).flatMap(nameOf);
    return [...new Set(names)].sort((one, other) => one.localeCompare(other));
  } catch {
    return [];
  }
}

/** Hosts write the same keys in several ways. */
function nameOf(row: Json): string[] {
  const page = Array.isArray(row) ? row[0] : row;
  if (!isObject(page)) return [];
  const keys = ['original-name', 'originalName', 'title', 'name'];
  const names = keys.flatMap((key) => [page[key], page[`block/${key}`]]);
  const name = names.find((value) => typeof value === 'string' && value !== '');
  return typeof name === 'string' ? [name] : [];
}
