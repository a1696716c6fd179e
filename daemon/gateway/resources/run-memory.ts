import type { GatewayResource } from '../resource.ts';
import { fail } from '../../../shared/failure.ts';
import { memoryOfRun } from '../../journal/run-memory.ts';

const URI = /^stagebook:\/\/runs\/([0-9a-z]+)\/memory$/;

/** What the run of this session remembers, as JSON. */
export const runMemory: GatewayResource = {
  templates: [],
  list: ({ place }) =>
    place
      ? [
          {
            uri: `stagebook://runs/${place.state.run}/memory`,
            name: `memory of ${place.state.title} #${place.state.number}`,
            description: 'What the run remembers, by key.',
            mimeType: 'application/json',
          },
        ]
      : [],
  read(uri, { place, means }) {
    const run = URI.exec(uri)?.[1];
    if (run === undefined) return undefined;
    if (place?.state.run !== run) {
      throw fail('denied', 'agent.other_run', 'The memory of a run is read by a session that is attached to it.');
    }
    // The newest first, and the newest of a key counts.
    const row = means.journal.run(run);
    const rows = row ? memoryOfRun(means.journal, row).toReversed() : [];
    const memory = Object.fromEntries(rows.map(({ key, value }) => [key, value]));
    return { uri, mimeType: 'application/json', text: means.redact(JSON.stringify(memory, null, 2)) };
  },
  changes: (uri, events) =>
    events.some(
      ({ run, type }) =>
        uri === `stagebook://runs/${run}/memory` && (type === 'memory.added' || type === 'node.completed'),
    ),
};
