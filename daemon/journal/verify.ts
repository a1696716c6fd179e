import type Database from 'better-sqlite3';
import { fail } from '../../shared/failure.ts';
import { checkChain, type ChainVerdict } from './chain.ts';
import type { EventRow } from './payload.ts';

/** What looking at a run's record anew gave. It holds when there are no problems. */
export interface Verification extends ChainVerdict {
  run: string;
  events: number;
  /** The events are gone; this is the checkpoint that pruning left. Milliseconds since the epoch. */
  prunedAt?: number;
}

interface Checkpoint {
  events: number;
  hash: string;
  pruned_at: number;
}

/** Follows a run's hash chain and checks every signature in it. Reads only. Throws `run.not_found`. */
export async function verifyRun(database: Database.Database, run: string): Promise<Verification> {
  const rows = database.prepare<[string], EventRow>('select * from events where run_id = ? order by seq').all(run);
  const left = database
    .prepare<[string], Checkpoint>('select events, hash, pruned_at from checkpoints where run_id = ?')
    .get(run);
  if (rows.length === 0 && left) {
    return { run, events: left.events, hash: left.hash, signatures: [], problems: [], prunedAt: left.pruned_at };
  }
  if (rows.length === 0) throw fail('not-found', 'run.not_found', `There is no run ${run}. See stagebook list.`);
  const blob = database.prepare<[string], string>('select data from blobs where sha = ?').pluck();
  const verdict = await checkChain(rows, (sha) => blob.get(sha));
  return { run, events: rows.length, ...verdict };
}
