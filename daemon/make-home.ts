import { chmodSync, statSync } from 'node:fs';
import { fail } from '../shared/failure.ts';
import { makeFolder } from './make-folder.ts';

const OWNER_ONLY = 0o700;

/** Makes a data directory for its owner alone, and makes one so that was open. Throws `config.home` where none can be. */
export function makeHome(home: string): void {
  try {
    makeFolder(home, OWNER_ONLY);
    if (!statSync(home).isDirectory()) throw new Error('it is a file');
    if (process.platform !== 'win32') chmodSync(home, OWNER_ONLY);
  } catch (error) {
    const why = (error as Error).message;
    const remedy = 'Set STAGEBOOK_HOME to a folder of yours, or to where one may be made.';
    throw fail('invalid', 'config.home', `${home} cannot be the data directory: ${why}. ${remedy}`, { cause: error });
  }
}
