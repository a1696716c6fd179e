import { fail } from '../../shared/failure.ts';
import type { Graph } from '../graph/graph.ts';
import type { Conversation } from './conversation.ts';

/** The graph that a conversation is about: of its run, else the one that is configured. Throws `graph.none`. */
export async function graphOf({ place, means }: Conversation): Promise<Graph> {
  const graph = await means.graph(place?.state.graph);
  if (graph) return graph;
  throw fail(
    'not-found',
    'graph.none',
    'There is no graph to read. Name its folder in config.yaml under graphs, or start the run with --graph.',
  );
}
