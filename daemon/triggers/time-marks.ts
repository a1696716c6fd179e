import type { Journal } from '../journal/journal.ts';

/** Up to when the times of something have been dealt with, by its name; in milliseconds since the epoch. */
export interface TimeMarks {
  get(name: string): number | undefined;
  set(name: string, at: number): Promise<void>;
}

/** Marks that the journal keeps over restarts. */
export function timeMarks(journal: Pick<Journal, 'cell' | 'transact'>): TimeMarks {
  return {
    get(name) {
      const at = journal.cell(name);
      return typeof at === 'number' ? at : undefined;
    },
    set: (name, at) => journal.transact((transaction) => transaction.setCell(name, at)),
  };
}
