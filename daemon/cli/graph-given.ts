import { fail } from '../../shared/failure.ts';
import type { Graph } from '../graph/graph.ts';
import type { Daemon } from '../open.ts';

/** The graph in a folder. It must be there before a run promises to write into it. Throws `graph.not_found`. */
export async function requireGraph(daemon: Daemon, folder: string): Promise<Graph> {
  try {
    return await daemon.graph(folder);
  } catch (error) {
    throw fail('not-found', 'graph.not_found', `There is no graph in ${folder}.`, { cause: error });
  }
}
