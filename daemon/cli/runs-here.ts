import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../journal/database.ts';
import { SqliteJournal } from '../journal/sqlite.ts';
import type { RunFilter } from '../engine/engine.ts';
import { connectRemote } from '../server/remote-engine.ts';
import { slotWaits, type SlotWait } from '../engine/slot-waits.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** The newest runs of the data directory first: as the daemon has them, or from the journal when none is up. */
export async function runsHere(filter: RunFilter & { limit: number }): Promise<RunSummary[]> {
  const { home } = readConfig();
  const remote = await connectRemote(home);
  if (remote) {
    try {
      return await remote.client.list(filter);
    } finally {
      remote.close();
    }
  }
  const database = openDatabase(join(home, 'journal.db'));
  try {
    return new SqliteJournal(database, systemClock).runs(filter);
  } finally {
    database.close();
  }
}

/** The runs of the data directory that stand in line for a slot now. */
export function slotWaitsHere(): ReadonlyMap<string, SlotWait> {
  const database = openDatabase(join(readConfig().home, 'journal.db'));
  try {
    return slotWaits(database);
  } finally {
    database.close();
  }
}
