import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * What tells a process apart from a later one with the same id: an opaque text made of when it began.
 * Linux: the boot and the kernel's own start time. macOS: what `ps` says. Windows: what the system says, in milliseconds.
 * Undefined when there is no such process.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = processStat(pid);
    return stat && `${bootId()}/${stat.start}`;
  }
  const [program, ...args] =
    process.platform === 'win32'
      ? ['powershell', '-NoProfile', '-NonInteractive', '-Command', windowsStart(pid)]
      : ['ps', '-o', 'lstart=', '-p', String(pid)];
  try {
    const { stdout } = await execute(program, args, { env: { ...process.env, LC_ALL: 'C' } });
    return stdout.trim() || undefined;
  } catch {
    return undefined; // Both programs end with an error when there is no such process.
  }
}

/** Field 3, 5 and 22 of /proc/PID/stat (proc(5)); undefined when the process is gone. Linux only. */
export function processStat(pid: number): { state: string; group: number; start: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The program's name stands in brackets and may hold anything, also brackets and spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), start: fields[19] ?? '' };
}

/** This boot of the machine: process ids of an earlier one mean nothing. Linux only. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function windowsStart(pid: number): string {
  return `[DateTimeOffset]::new((Get-Process -Id ${pid} -ErrorAction Stop).StartTime).ToUnixTimeMilliseconds()`;
}
