import { fail } from '../../shared/failure.ts';
import type { EngineClient } from '../server/client.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** So far back a run is found by a part of its id. */
const REACH = 10_000;

/**
 * The run that a person means: its number of today (UTC, as everywhere), its id, a unique part of the beginning or end of
 * it, or `last`. Throws `run.not_found`, `run.ambiguous`.
 */
export async function findRun(client: EngineClient, said: string, now = Date.now()): Promise<RunSummary> {
  const wanted = said.replace(/^#/, '').toLowerCase();
  const runs = await client.list({ limit: REACH });
  const [last] = runs;
  if (!last) throw fail('not-found', 'run.not_found', 'There are no runs yet. Start one: stagebook run PAGE.');
  if (wanted === 'last') return last;
  const today = new Date(now).toISOString().slice(0, 10);
  const isToday = ({ startedAt }: RunSummary): boolean => new Date(startedAt).toISOString().slice(0, 10) === today;
  const exact = runs.find(({ run }) => run === wanted);
  const numbered = /^\d{1,5}$/.test(wanted)
    ? runs.find((run) => run.number === Number(wanted) && isToday(run))
    : undefined;
  const only = exact ?? numbered;
  if (only) return only;
  const similar = wanted.length < 3 ? [] : runs.filter(({ run }) => run.startsWith(wanted) || run.endsWith(wanted));
  if (similar.length === 1) return similar[0]!;
  if (similar.length > 1) {
    const ids = similar.slice(0, 5).map(({ run }) => run);
    throw fail('conflict', 'run.ambiguous', `“${said}” may be ${ids.join(', ')}. Give more of the id.`);
  }
  throw fail(
    'not-found',
    'run.not_found',
    `There is no run “${said}”. The last one is ${last.run} (${last.title}); stagebook list shows them.`,
  );
}
