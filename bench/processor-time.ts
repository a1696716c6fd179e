import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second (USER_HZ). */
const TICK_MS = 10;

/** Milliseconds of the processor that a process group has used so far; undefined where the system does not tell (only Linux does). */
export function processorMs(group: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  let ticks = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      // After the name, which may hold anything: state, parent, group … user time, system time.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      if (Number(fields[2]) === group) ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It ended while it was looked at.
    }
  }
  return ticks * TICK_MS;
}
