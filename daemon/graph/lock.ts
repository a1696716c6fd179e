import { randomUUID } from 'node:crypto';
import { readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fail } from '../../shared/failure.ts';

/** Holding a lock takes milliseconds. One this old, of a process we cannot ask, is taken for abandoned. */
const STALE_MS = 30_000;
/** Between making a lock and naming its holder in it lie microseconds: without a holder it is abandoned much sooner. */
const UNFINISHED_MS = 1_000;
/** How long to wait for another process before giving up with a retryable failure. */
const PATIENCE_MS = 10_000;

/**
 * Does `work` while no other process does work under the same lock file. `work` gets a function that throws when the lock
 * was taken away, as happens to a process that was stopped for so long that it looked dead.
 * Throws `graph.locked` (retryable) when another process does not let go.
 */
export async function withLock<T>(path: string, work: (stillMine: () => Promise<void>) => Promise<T>): Promise<T> {
  const token = `${hostname()} ${process.pid} ${randomUUID()}`;
  held.add(token);
  try {
    await take(path, token);
    return await work(async () => {
      if ((await contentOf(path)) !== token) throw locked(path);
    });
  } finally {
    if ((await contentOf(path)) === token) await remove(path);
    held.delete(token);
  }
}

/** What this process holds or waits for. A lock with our process id that is not among these is an earlier process's. */
const held = new Set<string>();

async function take(path: string, token: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await writeFile(path, token, { flag: 'wx' });
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    if (await isStale(path)) await breakLock(path);
    if (performance.now() > deadline) throw locked(path);
    await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 4));
  }
}

async function isStale(path: string): Promise<boolean> {
  const holder = await contentOf(path);
  if (holder === undefined) return false;
  const [host, pid] = holder.split(' ');
  if (host === hostname() && pid !== undefined) {
    if (Number(pid) === process.pid ? !held.has(holder) : !isAlive(Number(pid))) return true;
  }
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > (holder === '' ? UNFINISHED_MS : STALE_MS);
}

/**
 * Removes an abandoned lock. Two processes may find it at the same time; the slower one must not remove the lock that the
 * faster one has taken since. So the right to remove is itself taken, by a file named after this very lock.
 */
async function breakLock(path: string): Promise<void> {
  const holder = await contentOf(path);
  if (holder === undefined) return;
  const right = `${path}.${holder.split(' ')[2] || 'unfinished'}`;
  try {
    await writeFile(right, '', { flag: 'wx' });
  } catch (error) {
    if (!isTaken(error)) throw error;
    // Somebody is at it, or died at it.
    const found = await stat(right).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > STALE_MS) await remove(right);
    return;
  }
  try {
    if ((await contentOf(path)) === holder) await remove(path);
  } finally {
    await remove(right);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** On Windows a file that is just being deleted answers EPERM for a moment. */
function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EEXIST' || (process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY'));
}

function locked(path: string): Error {
  return fail(
    'locked',
    'graph.locked',
    `Another process is writing the same page and holds ${path}. It is tried again.`,
  );
}
