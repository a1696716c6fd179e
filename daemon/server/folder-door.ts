import type { Graph } from '../graph/graph.ts';
import { basename } from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { AttachedGraph, GraphDoor } from './graph-door.ts';

/** The graphs in the configured folders; of those that plugins attach it only knows that they are there. */
export function folderDoor(folders: readonly string[], open: (folder: string) => Promise<Graph>): GraphDoor {
  const attached = new Map<string, AttachedGraph>();
  return {
    list: () => [
      ...folders.map((id) => ({ id, name: basename(id), kind: 'file', by: 'folder' }) as const),
      ...[...attached.values()].map((graph) => ({ ...graph, by: 'plugin' }) as const),
    ],
    open: (id) =>
      folders.includes(id)
        ? open(id)
        : Promise.reject(fail('unavailable', 'graph.away', `The graph ${id} is not open here.`)),
    attach(graph) {
      attached.set(graph.id, graph);
      return () => {
        if (attached.get(graph.id) === graph) attached.delete(graph.id);
      };
    },
    changed: () => undefined,
  };
}
