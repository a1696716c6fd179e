import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { processStat } from './identity.ts';

/**
 * Ends a process group: asks first (TERM), and after `graceMs` makes it (KILL). Resolves when nothing of it is left.
 * On Windows, which has no such question, the whole tree is ended at once.
 */
export async function endGroup(pgid: number, graceMs: number): Promise<void> {
  if (process.platform === 'win32') return endTree(pgid);
  signalGroup(pgid, 'SIGTERM');
  if (await gone(pgid, graceMs)) return;
  signalGroup(pgid, 'SIGKILL');
  await gone(pgid, 5_000);
}

/** Whether anything of the group is still running. */
export function groupAlive(pgid: number): boolean {
  try {
    process.kill(process.platform === 'win32' ? pgid : -pgid, 0);
  } catch {
    // It is gone, or (macOS) only its dead are left, or nothing of it is ours to end.
    return false;
  }
  // The dead that nobody has collected yet (of a parent that is gone) answer to signals as if they lived.
  return process.platform !== 'linux' || livingMembers(pgid);
}

function livingMembers(pgid: number): boolean {
  return readdirSync('/proc').some((name) => {
    const stat = /^\d+$/.test(name) ? processStat(Number(name)) : undefined;
    return stat?.group === pgid && stat.state !== 'Z' && stat.state !== 'X';
  });
}

async function gone(pgid: number, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (let pause = 2; groupAlive(pgid); pause = Math.min(pause * 2, 50)) {
    if (performance.now() >= end) return false;
    await wait(pause);
  }
  return true;
}

function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pgid, signal);
  } catch (error) {
    // It ended by itself in the meantime; macOS forbids to signal the dead.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const killer = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    killer.once('error', () => resolve());
    killer.once('close', () => resolve());
  });
}
