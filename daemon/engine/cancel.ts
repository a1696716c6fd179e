import { fail, StagebookError } from '../../shared/failure.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { Journal } from '../journal/journal.ts';
import { CALLER } from './continue-child.ts';
import { runNotFound } from './run-not-found.ts';

/** Asks a run to end: its event. A second time it changes nothing. Throws `run.not_found`, `run.ended`. */
export async function cancel(journal: Journal, run: string, by: Actor, reason?: string): Promise<void> {
  await journal.transact((transaction) => {
    const row = transaction.run(run);
    if (!row) throw runNotFound(run);
    if (row.status === 'cancelling') return;
    if (row.status !== 'running' && row.status !== 'waiting') {
      throw fail('conflict', 'run.ended', `The run is ${row.status} already; there is nothing to cancel.`);
    }
    transaction.append(run, {
      type: 'run.cancelling',
      node: '',
      payload: { by, ...(reason === undefined ? {} : { reason }) },
    });
  });
}

/** Cancels what a run has called, which may have ended by itself in the meantime. */
export async function cancelChild(journal: Journal, run: string): Promise<void> {
  await cancel(journal, run, CALLER).catch((error: unknown) => {
    // Its end reaches the parent all the same.
    if (!(error instanceof StagebookError) || error.code !== 'run.ended') throw error;
  });
}
