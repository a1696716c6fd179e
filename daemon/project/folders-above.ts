import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folders above one, up to the top of its checkout; none where it is that top, or in no checkout. */
export function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  for (let at = folder; !existsSync(path.join(at, '.git')); above.push(at)) {
    if (path.dirname(at) === at) return [];
    at = path.dirname(at);
  }
  return above;
}
