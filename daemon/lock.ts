import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail } from '../shared/failure.ts';

/**
 * Claims a data directory for this process: one daemon each (engine.md, Operation). The claim is a lock that the system
 * itself lets go when the process ends, however it ends. Throws `daemon.running`. Returns the way to give it back.
 */
export function claimDirectory(home: string): () => void {
  const database = new Database(join(home, 'lock.db'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    throw fail(
      'locked',
      'daemon.running',
      `Another Stagebook works in ${home} already. Use it (stagebook list), end it, or choose another directory with STAGEBOOK_HOME.`,
      { cause: error },
    );
  }
  return () => database.close();
}
