import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../shared/failure.ts';

const OWNER_ONLY = 0o700;

/** Makes a data directory for its owner alone, and makes one so that was open. Throws `config.home` where none can be. */
export function makeHome(home: string): void {
  try {
    makeFolder(home);
    if (!statSync(home).isDirectory()) throw new Error('it is a file');
    if (process.platform !== 'win32') chmodSync(home, OWNER_ONLY);
  } catch (error) {
    const why = (error as Error).message;
    const remedy = 'Set STAGEBOOK_HOME to a folder of yours, or to where one may be made.';
    throw fail('invalid', 'config.home', `${home} cannot be the data directory: ${why}. ${remedy}`, { cause: error });
  }
}

/** One folder at a time: Node's own recursion never ends where the folder above is there and takes none (`/proc`). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: OWNER_ONLY });
  } catch (error) {
    // Two that begin at once make it once.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
