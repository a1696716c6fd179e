import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Reads files only when they were written after this call: what an earlier run has left is no result of the next one. */
export async function freshFiles(
  directory: string,
  names: readonly string[],
): Promise<(name: string) => Promise<{ file: string; text: string } | undefined>> {
  const before = new Map<string, bigint | undefined>();
  for (const name of names) before.set(name, await writtenAt(path.resolve(directory, name)));
  return async (name) => {
    const file = path.resolve(directory, name);
    const at = await writtenAt(file);
    if (at === undefined || at === before.get(name)) return undefined;
    return { file, text: await readFile(file, 'utf8') };
  };
}

async function writtenAt(file: string): Promise<bigint | undefined> {
  try {
    return (await stat(file, { bigint: true })).mtimeNs;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
