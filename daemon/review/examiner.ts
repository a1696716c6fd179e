import { openFolderIndex } from '../graph-index/folder-index.ts';
import type { IndexedGraph } from '../graph-index/indexed-graph.ts';
import { openPortIndex } from '../graph-index/port-index.ts';
import type { Graph } from '../graph/graph.ts';
import type { Limits, Ports } from './check.ts';
import { checks } from './checks/index.ts';
import type { Looked } from './examine.ts';
import { isPostMortem } from './page-types.ts';
import { reviewGraph } from './review.ts';

export interface ExaminerOptions {
  now(): number;
  /** IANA zone of the reader. */
  zone: string;
  limits?: Partial<Limits>;
  ports?(): Ports;
}

/**
 * Looks at graphs with every check, each graph as often as it is asked for: only what changed since is read again. Writes
 * nothing. Rejects with the retryable `graph.away` when a graph cannot be reached.
 */
export function createExaminer({ now, zone, limits, ports }: ExaminerOptions): (graph: Graph) => Promise<Looked> {
  const open = new Map<Graph, Promise<IndexedGraph>>();
  const indexOf = async (graph: Graph): Promise<IndexedGraph> => {
    const known = open.get(graph);
    if (known) {
      const one = await known;
      await one.refresh();
      return one;
    }
    // One index a graph. By another way to it, what a change goes on top of is called otherwise.
    for (const other of open.keys()) if (other.id === graph.id) open.delete(other);
    const folder = folderOf(graph);
    const made = folder === undefined ? openPortIndex(graph) : openFolderIndex(folder);
    open.set(graph, made);
    made.catch(() => open.delete(graph));
    return made;
  };
  return async (graph) => {
    const { index, settings } = await indexOf(graph);
    const { findings, notes } = await reviewGraph(index, {
      settings,
      now: now(),
      zone,
      ...(limits && { limits }),
      ...(ports && { ports: ports() }),
    });
    const stagebook: [string, string][] = [];
    const postMortems: string[] = [];
    for (const page of index.reviewed()) {
      if (page.workflow !== undefined) stagebook.push([page.name, page.workflow]);
      if (isPostMortem(page)) postMortems.push(page.name);
    }
    return { pages: index.size, findings, checks, notes, stagebook, postMortems };
  };
}

/** The folder of a graph that is read and written as files; undefined where it goes through Logseq. */
function folderOf(graph: Graph): string | undefined {
  return graph.piecemeal !== true && graph.id.startsWith('folder:') ? graph.id.slice('folder:'.length) : undefined;
}
