import type { GraphIndex } from './graph-index.ts';
import type { GraphSettings } from './settings.ts';

/** A graph with its index, by whichever way it is read. */
export interface IndexedGraph {
  readonly index: GraphIndex;
  readonly settings: GraphSettings;
  /** Looks at the graph again: only what changed is read. Nothing is ever written. Rejects as the graph's port does. */
  refresh(): Promise<void>;
}
