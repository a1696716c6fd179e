import { fail } from '../../shared/failure.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** Throws `run.dry` for a dry run, of which there is nothing to sign, to answer or to go on with. */
export function requireReal({ title, number, dryRun }: RunSummary, nothingTo: string): void {
  if (!dryRun) return;
  throw fail(
    'conflict',
    'run.dry',
    `“${title}” #${number} is a dry run: it did nothing and asks nobody, so there is nothing to ${nothingTo}. Start it without --dry-run to do it.`,
  );
}
