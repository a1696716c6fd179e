import { hash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';

/** The path of a Unix socket has room for this many bytes on every system. */
const ROOM = 100;

/**
 * Where the daemon of a data directory listens: a socket in it, a named pipe on Windows. A directory with too long a path
 * has its socket in a folder of the temporary directory that only its owner can enter.
 */
export function socketAddress(home: string): string {
  const own = hash('sha256', realpathSync(home)).slice(0, 20);
  if (process.platform === 'win32') return `\\\\.\\pipe\\stagebook-${own}`;
  const near = join(home, 'socket');
  if (Buffer.byteLength(near) <= ROOM) return near;
  return join(tmpdir(), `stagebook-${process.getuid?.() ?? 0}-${own}`, 'socket');
}

/** Makes sure that only this person can reach the folder of the socket. Throws `daemon.socket`. */
export function guardSocket(home: string, address: string): void {
  if (process.platform === 'win32' || address === join(home, 'socket')) return;
  const folder = join(address, '..');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid === process.getuid?.() && lstatSync(folder).isDirectory() && (mode & 0o077) === 0) return;
  throw fail('denied', 'daemon.socket', `${folder} belongs to somebody else or is open to others. Remove it.`);
}

/** A new word that only who can read the data directory knows: a pipe of Windows has no owner that could be asked for. */
export function newToken(home: string): string {
  const token = randomBytes(24).toString('base64url');
  const file = tokenFile(home);
  writeFileSync(file, token, { mode: 0o600 });
  if (process.platform !== 'win32') chmodSync(file, 0o600);
  return token;
}

/** Throws when there is none: then no daemon is up, or this person may not talk to it. */
export function readToken(home: string): string {
  return readFileSync(tokenFile(home), 'utf8');
}

function tokenFile(home: string): string {
  return join(home, 'socket.token');
}
