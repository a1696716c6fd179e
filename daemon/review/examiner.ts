import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { openFolderIndex } from '../graph-index/folder-index.ts';
import type { IndexedGraph } from '../graph-index/indexed-graph.ts';
import { openPortIndex } from '../graph-index/port-index.ts';
import type { Graph } from '../graph/graph.ts';
import type { Limits, Ports } from './check.ts';
import { checks } from './checks/index.ts';
import type { Looked } from './examine.ts';
import type { Finding, Fix } from './finding.ts';
import { isPostMortem } from './page-types.ts';
import { pagesAbout, type NamedAt } from './pages-about.ts';
import { findAgain, reviewGraph, type ReviewRequest } from './review.ts';

export interface ExaminerOptions {
  now(): number;
  /** IANA zone of the reader. */
  zone: string;
  limits?: Partial<Limits>;
  ports?(): Ports;
}

export interface Examiner {
  /**
   * Looks at a graph with every check: of what was looked at before, only what changed since is read again. Writes nothing.
   * Rejects with the retryable `graph.away` when a graph cannot be reached.
   */
  look(graph: Graph): Promise<Looked>;
  /** A finding's fix by the way on which the graph is reached now; undefined when it is no longer found there. */
  fixOf(graph: Graph, finding: Finding): Promise<Fix | undefined>;
  /** Where its pages name a file of code, by its path from its repository's folder. Writes nothing. */
  about(graph: Graph, path: string): Promise<NamedAt[]>;
  /** Says that these pages were changed through the graph's port. */
  changed(graph: Graph, pages: readonly string[]): Promise<void>;
}

interface Opened {
  way: Graph;
  indexed: Promise<IndexedGraph>;
}

/**
 * A graph of files is always read from its folder, also while a Logseq has it open: what is found is then the same, and Logseq is
 * not asked for thousands of pages. Only a page that a fix is about is asked of Logseq, which calls its blocks in its own way.
 */
export function createExaminer({ now, zone, limits, ports }: ExaminerOptions): Examiner {
  const open = new Map<string, Opened>();

  const indexOf = async (graph: Graph): Promise<IndexedGraph> => {
    const folder = folderOf(graph);
    const known = open.get(graph.id);
    if (known && (known.way === graph || folder !== undefined)) {
      const one = await known.indexed;
      // By another way a page's blocks are called otherwise: nothing that Logseq said of one holds then.
      if (known.way !== graph) one.letGo?.();
      known.way = graph;
      await one.refresh();
      return one;
    }
    const indexed = folder === undefined ? openPortIndex(graph) : openFolderIndex(folder);
    open.set(graph.id, { way: graph, indexed });
    indexed.catch(() => open.delete(graph.id));
    return indexed;
  };

  const requestOf = ({ settings }: IndexedGraph): ReviewRequest => ({
    settings,
    now: now(),
    zone,
    ...(limits && { limits }),
    ...(ports && { ports: ports() }),
  });

  const takeIn = async (graph: Graph, one: IndexedGraph, pages: readonly string[]): Promise<void> => {
    if (graph.piecemeal !== true || !one.take) return;
    for (const name of pages) {
      const page = await graph.read(name);
      if (page) one.take(page);
    }
  };

  return {
    async look(graph) {
      const one = await indexOf(graph);
      const { index } = one;
      const { findings, notes } = await reviewGraph(index, requestOf(one));
      const stagebook: [string, string][] = [];
      const postMortems: string[] = [];
      for (const page of index.reviewed()) {
        if (page.workflow !== undefined) stagebook.push([page.name, page.workflow]);
        if (isPostMortem(page)) postMortems.push(page.name);
      }
      return { pages: index.size, findings, checks, notes, stagebook, postMortems };
    },
    async fixOf(graph, finding) {
      const { fix } = finding;
      const one = await open.get(graph.id)?.indexed;
      if (!fix || !one?.take || graph.piecemeal !== true) return fix;
      await takeIn(
        graph,
        one,
        fix.pages.map(({ page }) => page),
      );
      return (await findAgain(one.index, requestOf(one), finding))?.fix;
    },
    async about(graph, path) {
      const { index } = await indexOf(graph);
      const repositories = ports?.().repositories;
      return pagesAbout(index, path, (other) => repositories?.file(other) !== undefined);
    },
    async changed(graph, pages) {
      const one = await open.get(graph.id)?.indexed;
      if (one) await takeIn(graph, one, pages);
    },
  };
}

/** The folder of a graph that has files on this machine, whichever way it is reached; undefined for any other. */
function folderOf({ id, kind }: Graph): string | undefined {
  if (kind !== 'file' || !id.startsWith('folder:')) return undefined;
  const folder = id.slice('folder:'.length);
  return isAbsolute(folder) && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : undefined;
}
