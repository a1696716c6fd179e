import type { StatusResults } from '../../../shared/protocol/calls/status.ts';
import type { Office } from '../office.ts';
import type { Calls } from './call.ts';

/** The daemon itself, and what a connection wants to hear of it. */
export function statusCalls(office: Office): Calls<keyof StatusResults> {
  const { config, people, graphs, feed, version } = office;
  return {
    status: async () => ({
      version,
      home: config.home,
      sandbox: await office.sandboxLevel(),
      people: people.list().map(({ name }) => name),
      graphs: graphs.list(),
      pos: feed.head(),
    }),
    subscribe: ({ runs, after }, { connection }) => ({ pos: connection.subscribe(runs, after) }),
  };
}
