import { fail } from '../../../shared/failure.ts';
import type { RunResults } from '../../../shared/protocol/calls/runs.ts';
import { PROTOCOL_LIMITS } from '../../../shared/protocol/limits.ts';
import { readJson } from '../../../shared/read-json.ts';
import type { RunEvent } from '../../../shared/run/event.ts';
import { graphId } from '../../graph/graphs.ts';
import type { RunRow } from '../../journal/journal.ts';
import { verifyRun } from '../../journal/verify.ts';
import { textOfEvent } from '../fit.ts';
import type { Office } from '../office.ts';
import { listRuns } from '../run-list.ts';
import type { Calls } from './call.ts';

/** An answer has at most about so many bytes of what there may be more of. */
const PIECE_BYTES = PROTOCOL_LIMITS.frameBytes / 2;

/** Runs as they are and were. */
export function runCalls(office: Office): Calls<keyof RunResults> {
  const { engine, journal, feed, database } = office;
  const rowOf = (run: string): RunRow => {
    const row = journal.run(run);
    if (row) return row;
    throw fail('not-found', 'run.not_found', `There is no run ${run} (any more).`);
  };
  return {
    'runs.list': ({ status, graph, page, search, before, limit }) =>
      listRuns(office, {
        ...(status ? { status } : {}),
        ...(graph === undefined ? {} : { graph: graphId(graph) }),
        ...(page === undefined ? {} : { page }),
        ...(search === undefined ? {} : { search }),
        ...(before === undefined ? {} : { before }),
        ...(limit === undefined ? {} : { limit }),
      }),
    'run.definition': ({ run }) => {
      const { definition, page, graph } = rowOf(run);
      return {
        definition: engine.definition(run),
        hash: definition,
        ...(page === undefined ? {} : { page }),
        ...(graph === undefined ? {} : { graph }),
      };
    },
    'run.events': ({ run, after }) => {
      rowOf(run);
      const events: RunEvent[] = [];
      let left = PIECE_BYTES;
      for (const event of feed.ofRun(run, after)) {
        const { text, bytes } = textOfEvent(event, PROTOCOL_LIMITS.frameBytes - 1_000);
        if (bytes > left && events.length > 0) return { events, done: false };
        left -= bytes;
        // As it is sent live: cut where it is too large for a frame.
        events.push(readJson(text) as unknown as RunEvent);
      }
      return { events, done: true };
    },
    'run.logs': ({ run, node, offset }) => engine.logs(run, node, offset, PIECE_BYTES / 2),
    'run.verify': async ({ run }) => {
      const { problems, events, hash, signatures } = await verifyRun(database, run);
      return {
        holds: problems.length === 0,
        events,
        hash,
        signatures: signatures.length,
        problems: problems.slice(0, 100),
      };
    },
    requests: ({ run }) => engine.requests(run),
    attempts: () => office.attempts.list(),
  };
}
