import type { Journal, Transaction } from '../../daemon/journal/journal.ts';
import { overJournal } from '../../daemon/journal/over.ts';
import type { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';

const NEVER = new Promise<never>(() => undefined);

/** When the process ends: right before or right after the n-th (from 1) write to the journal. */
export interface Crash {
  at: number;
  when: 'before' | 'after';
}

/**
 * A journal whose process ends at a chosen write, without any clean-up: from then on nobody gets an answer or hears of an
 * event, and nothing more is recorded. What was committed before stays. Counts the writes.
 */
export function crashing(
  journal: SqliteJournal,
  crash?: Crash,
): Journal & { readonly writes: number; readonly crashed: boolean } {
  let writes = 0;
  let crashed = false;
  const guard = async <T>(write: () => Promise<T>): Promise<T> => {
    if (crashed) return NEVER;
    writes += 1;
    const last = crash !== undefined && writes >= crash.at;
    if (last && crash.when === 'before') {
      crashed = true;
      return NEVER;
    }
    if (last) crashed = true;
    const value = await write();
    return crashed ? NEVER : value;
  };
  const guarded = overJournal(journal, {
    append: (run: string, events: readonly NewEvent[]) => guard(() => journal.append(run, events)),
    transact: <T>(decide: (transaction: Transaction) => T) => guard(() => journal.transact(decide)),
    subscribe: (listener: (events: readonly RunEvent[]) => void) =>
      journal.subscribe((events) => {
        if (!crashed) listener(events);
      }),
    close: () => {
      crashed = true;
    },
  });
  return Object.defineProperties(guarded, {
    writes: { get: () => writes },
    crashed: { get: () => crashed },
  }) as Journal & { readonly writes: number; readonly crashed: boolean };
}
