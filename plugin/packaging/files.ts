import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveFiles } from './archive.ts';

/** What of a clone and its build goes into the marketplace's zip. The panel does not: the daemon serves it. */
export function filesToPack(root: string, built: string): ArchiveFiles {
  const files: Record<string, Uint8Array> = {};
  const add = (name: string, file: string) => (files[name] = readFileSync(file));
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) add(name, join(root, name));
  for (const name of filesIn(built).filter((file) => !/^panel\/|\.zip$|^manifest\.json$/.test(file)))
    add(`dist/${name}`, join(built, name));
  const pictures = new Set(
    readFileSync(join(root, 'README.md'), 'utf8').match(/(?<=[("])pictures\/[\w.-]+(?=[)"\s])/g) ?? [],
  );
  for (const name of pictures) add(name, join(root, name));
  return files;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
