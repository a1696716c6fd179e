import { randomBytes } from 'node:crypto';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../shared/failure.ts';

/** How our unfinished files are called: hidden and without a page's extension, so that Logseq never looks at them. */
const TEMPORARY = /^\.stagebook-[0-9a-f]{16}\.tmp$/;
/** An unfinished file that is older than this belongs to a process that has died. */
const ABANDONED_MS = 60_000;

/**
 * Replaces a file's content so that after a crash at any moment the file is the old one or the new one, and once this
 * resolves it is the new one even after a power cut. `last` runs right before the replacement and calls it off by throwing.
 * Throws `graph.read_only`.
 */
export async function replaceFile(path: string, bytes: Uint8Array, last: () => Promise<void>): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.stagebook-${randomBytes(8).toString('hex')}.tmp`);
  const mode = await modeOf(path);
  // From its first byte on no more people may read it than the file that it replaces.
  const file = await open(temporary, 'wx', mode ?? 0o666);
  try {
    try {
      await file.writeFile(bytes);
      if (mode !== undefined) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await last();
    await renamePatiently(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(ignoreMissing);
    throw error;
  }
  await syncFolder(folder);
}

/** Removes what processes that died while writing have left in a folder. */
export async function sweepTemporaries(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(ignoreMissing);
    if (found && now - found.mtimeMs > ABANDONED_MS) await unlink(path).catch(ignoreMissing);
  }
}

/** The rights of a file; undefined for a new one. Throws `graph.read_only`: a replacement would not ask for the right to write. */
async function modeOf(path: string): Promise<number | undefined> {
  const old = await stat(path).catch(ignoreMissing);
  if (!old || (old.mode & 0o222) !== 0) return old && old.mode & 0o777;
  throw fail(
    'denied',
    'graph.read_only',
    `${path} is read-only, so it stays as it is. Make it writable; what is owed to it is written then.`,
  );
}

/** On Windows a file that somebody is reading cannot be replaced for that moment; a scanner or an editor lets go soon. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let left = 50; ; left -= 1) {
    try {
      return await rename(from, to);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (process.platform !== 'win32' || left === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Makes the new name durable. Windows has no such thing: there a folder cannot be opened, and renames are journaled. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
