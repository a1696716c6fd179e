import type { GraphPage } from '../graph/graph.ts';
import type { GraphIndex } from './graph-index.ts';
import type { GraphSettings } from './settings.ts';

/** A graph with its index, by whichever way it is read. */
export interface IndexedGraph {
  readonly index: GraphIndex;
  readonly settings: GraphSettings;
  /** Looks at the graph again: only what changed is read. Nothing is ever written. Rejects as the graph's port does. */
  refresh(): Promise<void>;
  /**
   * Where the index is of a folder that a Logseq has open: takes a page as Logseq has it now, until its file changes. Logseq calls
   * blocks otherwise than a file, and may be ahead of it.
   */
  take?(page: GraphPage): void;
  /** Lets go of what `take` took: the next `refresh` reads those files again. */
  letGo?(): void;
}
