import type { Json } from '../../shared/json.ts';
import type { Graph } from '../graph/graph.ts';

/** A graph that a plugin gives access to. */
export interface AttachedGraph {
  id: string;
  name: string;
  kind: 'file' | 'db';
}

/** How a plugin's graph is reached. */
export interface GraphAccess {
  /** One method of Logseq's own API, carried out by the plugin. Rejects with `plugin.gone` when it is not there any more. */
  call(method: string, args: Json[]): Promise<Json>;
  /** Raised when the plugin has gone. */
  closed: AbortSignal;
}

/** The graphs as the server sees them. */
export interface GraphDoor {
  /** Those that can be written now. */
  list(): (AttachedGraph & { by: 'folder' | 'plugin' | 'http' })[];
  /** A graph that is known; rejects with `graph.not_found`, or `graph.away` while it cannot be reached. */
  open(id: string): Promise<Graph>;
  /** A plugin gives access to its graph. Returns the way to take it back. */
  attach(graph: AttachedGraph, access: GraphAccess): () => void;
  /** Pages of a graph may have changed: these, or any. */
  changed(id: string, pages?: readonly string[]): void;
}
