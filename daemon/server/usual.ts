import type { PageReading } from '../../shared/protocol/calls/pages.ts';
import type { NodePath } from '../../shared/workflow/definition.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** Runs whose durations are remembered: those of some dozens of pages. */
const REMEMBERED = 2_000;

/**
 * What the nodes of these runs usually took. A run that has ended says the same for ever, so each is looked at once; those
 * that did not complete say nothing.
 */
export function createUsual(durationsOf: (run: string) => ReadonlyMap<NodePath, number[]>) {
  const known = new Map<string, ReadonlyMap<NodePath, number[]>>();
  const of = (run: string): ReadonlyMap<NodePath, number[]> => {
    const found = known.get(run) ?? durationsOf(run);
    known.delete(run);
    known.set(run, found);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return found;
  };
  return (runs: readonly RunSummary[]): PageReading['usual'] => {
    const all = new Map<NodePath, number[]>();
    const add = (path: NodePath, took: readonly number[]): void =>
      void all.set(path, [...(all.get(path) ?? []), ...took]);
    for (const { run, status, startedAt, endedAt, dryRun } of runs) {
      if (status !== 'completed' || endedAt === undefined || dryRun) continue;
      add('', [endedAt - startedAt]);
      for (const [path, took] of of(run)) add(path, took);
    }
    return Object.fromEntries([...all].map(([path, took]) => [path, { median: median(took), count: took.length }]));
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
