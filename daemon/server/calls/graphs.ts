import type { GraphResults } from '../../../shared/protocol/calls/graphs.ts';
import type { Connection } from '../connection.ts';
import type { Office } from '../office.ts';
import type { Calls } from './call.ts';

/** The graph that a plugin gives access to. */
export function graphCalls({ graphs }: Office): Calls<keyof GraphResults> {
  const attached = new WeakMap<Connection, { id: string; detach(): void }>();
  return {
    'graph.attach': ({ graph }, { connection }) => {
      attached.get(connection)?.detach();
      attached.delete(connection);
      if (!graph) return null;
      const { closed } = connection;
      const detach = graphs.attach(graph, {
        call: (method, args) => connection.ask('graph.call', { method, args }),
        closed,
      });
      attached.set(connection, { id: graph.id, detach });
      closed.addEventListener('abort', () => attached.get(connection)?.detach(), { once: true });
      return null;
    },
    'graph.changed': (_pages, { connection }) => {
      const graph = attached.get(connection);
      if (graph) graphs.changed(graph.id);
      return null;
    },
  };
}
