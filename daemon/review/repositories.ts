import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin } from '../graph/page-files.ts';
import type { Repositories } from './check.ts';

/** Larger files are there, and their lines are not counted. */
const LARGEST = 4 * 1024 * 1024;

/** The files of the configured repositories, as pages name them: by their path from a repository's folder. Nothing else is read. */
export function openRepositories(folders: readonly string[]): Repositories {
  const known = new Map<string, { stamp: string; lines: number }>();
  const look = (folder: string, path: string): { lines: number } | undefined => {
    try {
      const root = realpathSync(folder);
      const file = realpathSync(join(root, path));
      if (!isWithin(root, file)) return undefined;
      const { size, mtimeMs } = statSync(file);
      const stamp = `${size} ${mtimeMs}`;
      const before = known.get(file);
      if (before?.stamp === stamp) return before;
      const lines = size > LARGEST ? Infinity : readFileSync(file, 'utf8').replace(/\n$/, '').split('\n').length;
      known.set(file, { stamp, lines });
      return { lines };
    } catch {
      // Not in this repository, or nothing that can be read.
      return undefined;
    }
  };
  return {
    file(path) {
      for (const folder of folders) {
        const found = look(folder, path);
        if (found) return found;
      }
      return undefined;
    },
  };
}
