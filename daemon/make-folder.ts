import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, with these rights where they are said. One at a time: Node's own recursion never ends where
 * the folder above is there and takes none (`/proc`).
 */
export function makeFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), mode);
  try {
    mkdirSync(folder, mode === undefined ? {} : { mode });
  } catch (error) {
    // Two that begin at once make it once.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
