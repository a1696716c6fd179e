import type { Journal, MemoryRow, RunRow } from './journal.ts';

/**
 * What a run can remember, the newest first. A dry run leaves nothing in a memory that others share: it finds there what they
 * left, and besides what it would have added itself.
 */
export function memoryOfRun(
  journal: Pick<Journal, 'memory'>,
  { run, memory, dryRun }: Pick<RunRow, 'run' | 'memory' | 'dryRun'>,
): MemoryRow[] {
  const shared = journal.memory(memory);
  return dryRun && memory !== run ? [...journal.memory(run), ...shared] : shared;
}
