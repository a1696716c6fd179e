import type { Transaction } from '../journal/journal.ts';

/** The id of the next incident of a UTC day, as a transaction sees it; `take` uses it up. */
export function nextIncidentId(
  transaction: Pick<Transaction, 'cell' | 'setCell'>,
  now: number,
): { id: string; take(): void } {
  const day = new Date(now).toISOString().slice(0, 10);
  const cell = `incidents-on:${day}`;
  const number = ((transaction.cell(cell) as number | undefined) ?? 0) + 1;
  return {
    id: `INC-${day}-${String(number).padStart(3, '0')}`,
    take: () => transaction.setCell(cell, number),
  };
}
