import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin } from '../graph/page-files.ts';
import type { Repositories } from './check.ts';

/** Larger files are there, and their lines are not counted. */
const LARGEST = 4 * 1024 * 1024;

/** The files of the configured repositories, as pages name them: by their path from a repository's folder. Nothing else is read. */
export function openRepositories(folders: readonly string[]): Repositories {
  const known = new Map<string, { stamp: string; lines: number; names: Set<string> | undefined }>();
  const look = (folder: string, path: string): { lines: number; names: Set<string> | undefined } | undefined => {
    try {
      const root = realpathSync(folder);
      const file = realpathSync(join(root, path));
      if (!isWithin(root, file)) return undefined;
      const { size, mtimeMs } = statSync(file);
      const stamp = `${size} ${mtimeMs}`;
      const before = known.get(file);
      if (before?.stamp === stamp) return before;
      const text = size > LARGEST ? undefined : readFileSync(file, 'utf8');
      const found = {
        stamp,
        lines: text === undefined ? Infinity : text.replace(/\n$/, '').split('\n').length,
        names: text === undefined ? undefined : new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu)),
      };
      known.set(file, found);
      return found;
    } catch {
      // Not in this repository, or nothing that can be read.
      return undefined;
    }
  };
  const anywhere = (path: string) => {
    for (const folder of folders) {
      const found = look(folder, path);
      if (found) return found;
    }
    return undefined;
  };
  return {
    file: anywhere,
    // Of `Server.listen` the last part is what the file has to say.
    says: (path, name) => anywhere(path)?.names?.has(name.split(/\.|::|#/).at(-1)!) ?? true,
  };
}
