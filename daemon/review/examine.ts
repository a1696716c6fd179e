import { openFolderIndex, type FolderIndex } from '../graph-index/folder-index.ts';
import type { Graph } from '../graph/graph.ts';
import type { Limits, Ports } from './check.ts';
import { checks } from './checks/index.ts';
import type { Examined } from './finding.ts';
import { reviewGraph } from './review.ts';

export interface ExamineOptions {
  now(): number;
  /** IANA zone of the reader. */
  zone: string;
  limits?: Partial<Limits>;
  ports?(): Ports;
}

/** Reviews graphs, each as often as it is asked: only what changed since is read again. */
export interface Examiner {
  /** Everything that is found in a graph now. Writes nothing. Throws the retryable `graph.away` when it cannot be reached. */
  examine(graph: Graph): Promise<Examined>;
  /** The index of a graph, as fresh as it is now: for claims and others that look at pages. */
  index(graph: Graph): Promise<FolderIndex>;
}

export function createExaminer({ now, zone, limits, ports }: ExamineOptions): Examiner {
  const open = new Map<string, Promise<FolderIndex>>();
  const index = async (graph: Graph): Promise<FolderIndex> => {
    const known = open.get(graph.id);
    if (known) {
      const one = await known;
      await one.refresh();
      return one;
    }
    const made = openFolderIndex(graph.id.replace(/^folder:/, ''));
    made.catch(() => open.delete(graph.id));
    open.set(graph.id, made);
    return made;
  };
  return {
    index,
    async examine(graph) {
      const one = await index(graph);
      const at = now();
      const { findings, notes } = await reviewGraph(one.index, {
        settings: one.settings,
        now: at,
        zone,
        ...(limits && { limits }),
        ...(ports && { ports: ports() }),
      });
      return { at, pages: one.index.size, findings, checks, notes };
    },
  };
}
