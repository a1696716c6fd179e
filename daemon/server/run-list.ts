import type { RunFilter } from '../engine/engine.ts';
import { slotPhrase, slotWaits } from '../engine/slot-waits.ts';
import type { Office } from './office.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** Runs that are looked at for a search at a time, and at most. */
const SEARCH_STEP = 500;
const SEARCH_REACH = 20_000;

/** The newest runs first. `search` is found in the title, the page, the number (`#3`) or the id. */
export function listRuns(
  { engine, database, journal }: Pick<Office, 'engine' | 'database' | 'journal'>,
  { search, limit = 50, ...filter }: RunFilter & { search?: string },
): RunSummary[] {
  const words = search?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  if (words.length === 0) return withLine(engine.list({ ...filter, limit }).map(toItem));
  const found: RunSummary[] = [];
  let { before } = filter;
  for (let seen = 0; seen < SEARCH_REACH && found.length < limit; seen += SEARCH_STEP) {
    const some = engine.list({ ...filter, ...(before === undefined ? {} : { before }), limit: SEARCH_STEP });
    found.push(...some.filter((run) => holds(run, words)).map(toItem));
    if (some.length < SEARCH_STEP) break;
    before = some.at(-1)!.startedAt;
  }
  return withLine(found.slice(0, limit));

  /** Says of those in line what they wait for. */
  function withLine(runs: RunSummary[]): RunSummary[] {
    if (!runs.some(({ status }) => status === 'running')) return runs;
    const waits = slotWaits(database);
    const nameOf = (run: string): string => {
      const holder = journal.run(run);
      return holder ? `#${holder.number} ${holder.title}` : run;
    };
    return runs.map((run) => {
      const wait = run.status === 'running' ? waits.get(run.run) : undefined;
      return wait ? { ...run, inLine: slotPhrase(wait, nameOf) } : run;
    });
  }
}

function holds({ title, page = '', number, run }: RunSummary, words: readonly string[]): boolean {
  const text = `${title} ${page} #${number} ${run}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Of a summary only what the protocol has. */
function toItem(summary: RunSummary): RunSummary {
  const { run, number, title, status, startedAt, endedAt, definition, dryRun, graph, page } = summary;
  return {
    run,
    number,
    title,
    status,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    definition,
    dryRun,
    ...(graph === undefined ? {} : { graph }),
    ...(page === undefined ? {} : { page }),
  };
}
