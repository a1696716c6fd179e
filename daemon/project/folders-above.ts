import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folders above one, the top of its checkout last; none where it is that top, or in no checkout. */
export function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  for (let at = folder; !existsSync(path.join(at, '.git')); above.push(at)) {
    if (path.dirname(at) === at) return [];
    at = path.dirname(at);
  }
  return above;
}

/** The folder with the `.git` that a folder belongs to, or undefined where it is in no checkout. */
export function topOfCheckout(folder: string): string | undefined {
  const top = foldersAbove(folder).at(-1) ?? folder;
  return existsSync(path.join(top, '.git')) ? top : undefined;
}
