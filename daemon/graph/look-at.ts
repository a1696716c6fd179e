import { StagebookError } from '../../shared/failure.ts';
import type { Graph, GraphPage } from './graph.ts';

/**
 * A page in passing, for whoever goes through many: null where there is none, or what is there is no page. Undefined where it
 * cannot be read just now, as a file that somebody holds or writes: nobody can say then what it says.
 */
export async function lookAt(graph: Pick<Graph, 'read'>, name: string): Promise<GraphPage | null | undefined> {
  try {
    return await graph.read(name);
  } catch (error) {
    return error instanceof StagebookError && !error.failure.retryable ? null : undefined;
  }
}
