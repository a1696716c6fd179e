import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail } from '../shared/failure.ts';
import { unusable } from './journal/database.ts';

/**
 * Claims a data directory for this process: one daemon each (engine.md, Operation). The claim is a lock that the system
 * itself lets go when the process ends, however it ends. Throws `daemon.running`, `journal.unusable`. Returns the way to give it back.
 */
export function claimDirectory(home: string): () => void {
  const file = join(home, 'lock.db');
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: 0 });
    database.exec('begin exclusive');
  } catch (error) {
    database?.close();
    if (error instanceof Database.SqliteError && !error.code.startsWith('SQLITE_BUSY')) throw unusable(file, error);
    throw fail(
      'locked',
      'daemon.running',
      `Another Stagebook works in ${home} already. Use it (stagebook list), end it, or choose another directory with STAGEBOOK_HOME.`,
      { cause: error },
    );
  }
  const claimed = database;
  return () => claimed.close();
}
