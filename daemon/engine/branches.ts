import { StagebookError, toFailure, type Failure } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { Stopped, UNKNOWN, type BranchPolicy, type BranchResult } from './durable.ts';
import { link } from './link.ts';
import { settle } from './settle.ts';

/** What is on record of the branches of one node. */
export interface BranchRecord {
  /** How a branch ended; undefined while it has not. */
  ended(name: string): RunEvent<'branch.ended'> | undefined;
  /** Puts on record that it ended; resolves when that is committed. */
  end(name: string, failure?: Failure): Promise<void>;
}

/** Does `Durable.branches` for the node that `record` is of. */
export async function runBranches<T extends Json>(
  record: BranchRecord,
  names: readonly string[],
  policy: BranchPolicy,
  signal: AbortSignal,
  work: (name: string, index: number, signal: AbortSignal) => Promise<T>,
): Promise<BranchResult<T>[]> {
  const control = new AbortController();
  const unlink = link(signal, control);
  const cancelOthers = policy.onFailure === 'cancel';
  // On replay a failure that was committed decides before any branch does something new. What was begun is still gone through:
  // it may have happened, and may have to be taken back.
  if (cancelOthers && names.some((name) => record.ended(name)?.payload.failure)) {
    control.abort(new Stopped('sibling-failed'));
  }
  const results: BranchResult<T>[] = names.map(() => ({ is: 'stopped' }));
  const one = async (index: number): Promise<void> => {
    const name = names[index] as string;
    const outcome = await settle(work(name, index, control.signal));
    const ended = record.ended(name);
    // How it ended is on record, however far replay came before it was stopped.
    const failure = ended?.payload.failure ?? (outcome.is === 'thrown' ? toFailure(outcome.error) : undefined);
    if (!ended?.payload.failure && outcome.is === 'thrown' && outcome.error instanceof Stopped) return;
    if (!ended) await record.end(name, failure);
    if (failure) results[index] = { is: 'failed', failure };
    else if (outcome.is === 'value') results[index] = { is: 'ok', output: outcome.value };
    if (failure && cancelOthers) control.abort(new Stopped('sibling-failed'));
  };
  await pool(names.length, policy.limit ?? names.length, one);
  unlink();
  const unsettled = results.find((result) => result.is === 'failed' && result.failure.code === UNKNOWN);
  if (unsettled?.is === 'failed' && (signal.aborted || policy.onFailure !== 'continue')) {
    throw new StagebookError(unsettled.failure);
  }
  if (signal.aborted) throw signal.reason;
  if (cancelOthers) keepFirstFailure(record, names, results);
  return results;
}

/** Of several failures under `cancel` the one committed first is the outcome; the others count as stopped. */
function keepFirstFailure<T>(record: BranchRecord, names: readonly string[], results: BranchResult<T>[]): void {
  let first: number | undefined;
  const seq = (index: number): number => record.ended(names[index] as string)?.seq ?? Infinity;
  for (const [index, result] of results.entries()) {
    if (result.is === 'failed' && (first === undefined || seq(index) < seq(first))) first = index;
  }
  if (first === undefined) return;
  for (const [index, result] of results.entries()) {
    if (result.is === 'failed' && index !== first) results[index] = { is: 'stopped' };
  }
}

/** Calls `one` for 0 … count-1 in order, at most `limit` at the same time. */
async function pool(count: number, limit: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(limit, 1), count) }, worker));
}
