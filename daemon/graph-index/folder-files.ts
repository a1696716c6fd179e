import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** The files that pages show: `assets/` and `draws/` with what is in them, relative to the graph, in NFC. */
export function listFiles(root: string): Set<string> {
  const files = new Set<string>();
  const left = ['assets', 'draws'];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(root, folder), { withFileTypes: true });
    } catch {
      // A graph without assets has no such folder.
      continue;
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) left.push(path);
      else files.add(path.normalize('NFC'));
    }
  }
  return files;
}
