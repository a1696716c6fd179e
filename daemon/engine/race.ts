import { StagebookError, toFailure } from '../../shared/failure.ts';
import type { BranchRecord } from './branches.ts';
import { isUnsettled, Stopped } from './durable.ts';
import { link } from './link.ts';
import { settle } from './settle.ts';

/** A timer on record. */
export interface Deadline {
  /** The place in the run at which it fired; undefined while it has not. */
  fired(): number | undefined;
  /** Calls `look` whenever it may have fired; returns a function that ends this. */
  watch(look: () => void): () => void;
}

/** Does `Durable.race` of a work against a deadline; `record` has under `name` how the work ended. */
export async function runRace<T>(
  name: string,
  deadline: Deadline,
  record: BranchRecord,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ elapsed: false; value: T } | { elapsed: true }> {
  const elapsed = (): boolean => {
    const fired = deadline.fired();
    const ended = record.ended(name)?.seq;
    return fired !== undefined && (ended === undefined || fired < ended);
  };
  const control = new AbortController();
  const unlink = link(signal, control);
  const look = (): void => {
    if (elapsed()) control.abort(new Stopped('deadline'));
  };
  look();
  const unwatch = deadline.watch(look);
  const outcome = await settle(work(control.signal));
  unwatch();
  unlink();
  if (outcome.is === 'thrown' && isUnsettled(outcome.error)) throw outcome.error;
  // What is on record comes first: replay may be stopped where the work was not.
  if (elapsed()) return { elapsed: true };
  const recorded = record.ended(name);
  if (recorded?.payload.failure) throw new StagebookError(recorded.payload.failure);
  if (signal.aborted && outcome.is === 'thrown') throw outcome.error;
  if (!recorded) {
    await record.end(name, outcome.is === 'thrown' ? toFailure(outcome.error) : undefined);
    if (elapsed()) return { elapsed: true };
  }
  if (outcome.is === 'thrown') throw outcome.error;
  return { elapsed: false, value: outcome.value };
}
