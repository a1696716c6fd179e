import { bootId, startOf } from './identity.ts';
import { endGroup, groupAlive } from './group.ts';

/** A process group as it was recorded when it began. */
export interface RecordedProcess {
  pgid: number;
  /** `StartedProcess.started` of the same process. */
  started: string;
}

/**
 * Ends the groups of an earlier life of the daemon that are still running, before any effect of theirs is asked for
 * (engine.md, Children of ours). A process that only has the same number by now is left alone.
 * Returns those that were ended.
 */
export async function endSurvivors<T extends RecordedProcess>(records: readonly T[], graceMs = 3_000): Promise<T[]> {
  const ended = await Promise.all(
    records.map(async (record) => {
      if (!(await survives(record))) return undefined;
      await endGroup(record.pgid, graceMs);
      return record;
    }),
  );
  return ended.filter((record) => record !== undefined);
}

async function survives({ pgid, started }: RecordedProcess): Promise<boolean> {
  if (!groupAlive(pgid)) return false;
  const start = await startOf(pgid);
  if (start !== undefined) return start === started;
  // The leader has ended and others of its group have not. While they live the system gives the number to no other
  // group, so within the same boot this is the group that was recorded.
  return process.platform === 'linux' && started.startsWith(`${bootId()}/`);
}
