import type { Json } from '../../shared/json.ts';
import type { Journal } from '../journal/journal.ts';
import type { CellUpdate } from './host.ts';
import { decision } from './journaled.ts';

/** Changes a value that runs share and records what came of it with the run that did, in one commit of the journal. */
export function updateCell<R extends Json>(journal: Journal, run: string, update: CellUpdate<R>): Promise<R> {
  return journal.transact((transaction) => {
    const { value, result } = update.change(transaction.cell(update.cell));
    transaction.setCell(update.cell, value);
    transaction.append(run, decision(update.node, update.as, result));
    return result;
  });
}
