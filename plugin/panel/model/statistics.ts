import type { RunSummary } from '../../../shared/run/summary.ts';

/** What can be said of the runs of one workflow. Milliseconds. */
export interface Statistics {
  title: string;
  /** Completed runs, the oldest first. */
  durations: { run: string; number: number; at: number; milliseconds: number }[];
  median: number | undefined;
  outcomes: { completed: number; failed: number; cancelled: number; open: number };
  runs: number;
}

/** By workflow, the one with most runs first. Dry runs say nothing of how long it takes. */
export function statisticsOf(runs: readonly RunSummary[]): Statistics[] {
  const byTitle = new Map<string, RunSummary[]>();
  for (const run of runs) {
    if (run.dryRun) continue;
    byTitle.set(run.title, [...(byTitle.get(run.title) ?? []), run]);
  }
  return [...byTitle]
    .map(([title, own]) => {
      const durations = own
        .flatMap(({ run, number, status, startedAt, endedAt }) =>
          status === 'completed' && endedAt !== undefined
            ? [{ run, number, at: startedAt, milliseconds: endedAt - startedAt }]
            : [],
        )
        .sort((one, other) => one.at - other.at);
      const count = (...wanted: string[]) => own.filter(({ status }) => wanted.includes(status)).length;
      const outcomes = { completed: count('completed'), failed: count('failed'), cancelled: count('cancelled') };
      const open = own.length - outcomes.completed - outcomes.failed - outcomes.cancelled;
      return {
        title,
        durations,
        median: median(durations.map(({ milliseconds }) => milliseconds)),
        outcomes: { ...outcomes, open },
        runs: own.length,
      };
    })
    .sort((one, other) => other.runs - one.runs);
}

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
