import { daysAgo } from '../../shared/days-ago.ts';
import type { RunSummary } from '../../shared/run/summary.ts';
import { toneOfRun } from '../../shared/run/tone.ts';
import { markup, type Html } from './html.ts';
import { pill } from './parts.ts';
import type { Scene } from './scene.ts';

/** “rehearsed 3 days ago”; or that something it stands on has changed since, or that the rehearsal found something. */
export function rehearsal({ reading: { rehearsed }, now }: Scene): Html | undefined {
  if (!rehearsed) return undefined;
  const { at, ok, stale } = rehearsed;
  const when = `rehearsed ${daysAgo(now - at)}`;
  if (stale.length > 0) {
    const why = `${when}; changed since: ${stale.join(', ')}`;
    return markup`<span class="sb-pill sb-st" data-s="wait" title="${why}">rehearsal stale</span>`;
  }
  if (!ok) return markup`<span class="sb-pill sb-st" data-s="bad" title="${when}">rehearsal failed</span>`;
  return pill(when);
}

/** The last runs, oldest first: a bar each, as high as it was long, in the shape of how it ended. */
export function sparkline(runs: readonly RunSummary[]): Html | undefined {
  const ended = runs
    .filter((run) => run.endedAt !== undefined && !run.dryRun)
    .slice(0, 12)
    .reverse();
  if (ended.length < 2) return undefined;
  const longest = Math.max(1, ...ended.map((run) => run.endedAt! - run.startedAt));
  const good = ended.filter((run) => run.status === 'completed').length;
  const label = `${good} of the last ${ended.length} runs completed`;
  const bars = ended.map((run) => {
    const height = Math.max(20, Math.round((100 * (run.endedAt! - run.startedAt)) / longest));
    return markup`<i data-s="${toneOfRun(run)}" style="--h:${height}%"></i>`;
  });
  return markup`<span class="sb-spark" role="img" aria-label="${label}" title="${label}">${bars}</span>`;
}
