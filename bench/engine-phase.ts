import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAEMON_FLAGS } from '../daemon/service/node-flags.ts';
import type { Phase } from './engine-process.ts';

const PROGRAM = fileURLToPath(new URL('engine-process.ts', import.meta.url));

/** Runs one phase in a new process as a daemon's is, kills that with SIGKILL once it has answered, and gives the answer. */
export async function runPhase<T>(phase: Phase, folder: string): Promise<T> {
  const execArgv = [...process.execArgv, ...DAEMON_FLAGS];
  const child = fork(PROGRAM, [phase, folder], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    return await new Promise<T>((resolve, reject) => {
      child.once('message', (figures) => resolve(figures as T));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${phase} ended (${code}) without figures`)));
    });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Gives the work an empty folder, and takes it away afterwards. */
export async function inEmptyFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
