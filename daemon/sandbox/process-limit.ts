import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PROCESSES } from './limits.ts';

/** What keeps code from flooding the machine with processes. */
export interface ProcessLimit {
  /** As it is said with the level. */
  why: string;
  /** For `ulimit`, where the system counts the processes of a sandbox by themselves. */
  ulimit?: number;
  /** The command so that it begins within the limit, and what takes the limit away when it has ended. */
  around(argv: readonly string[]): Promise<{ argv: string[]; drop(): Promise<void> }>;
}

const WITHIN = `at most ${PROCESSES} processes`;
/** Joins the group of `$0` and becomes the command. */
const JOIN = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
const NAME = 'stagebook-';

/**
 * The best limit that this system offers: a control group of its own for each run, where this process may make one; else a
 * resource limit, which Linux counts for each sandbox since 5.14, but not for root. Else none, and that is said.
 */
export async function findProcessLimit(): Promise<ProcessLimit> {
  const asItIs: ProcessLimit['around'] = (argv) => Promise.resolve({ argv: [...argv], drop: () => Promise.resolve() });
  if (process.platform === 'linux') {
    for (const parent of await pidsGroups()) {
      if (await offers(parent)) return { why: WITHIN, around: (argv) => inGroup(parent, argv) };
    }
    const [major = 0, minor = 0] = release().split('.').map(Number);
    if (process.getuid?.() !== 0 && (major > 5 || (major === 5 && minor >= 14)))
      return { why: WITHIN, ulimit: PROCESSES, around: asItIs };
  }
  return { why: 'no limit on the number of processes but the time, as this system offers none', around: asItIs };
}

/** The control groups of this process that can count processes, in both versions of them. */
async function pidsGroups(): Promise<string[]> {
  const own = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  return own.split('\n').flatMap((line) => {
    const [, controllers = '', group = ''] = line.split(':');
    if (group === '') return [];
    if (controllers.split(',').includes('pids')) return [path.join('/sys/fs/cgroup/pids', group)];
    return controllers === '' ? [path.join('/sys/fs/cgroup', group)] : [];
  });
}

async function offers(parent: string): Promise<boolean> {
  try {
    await forgetOld(parent);
    const group = await makeGroup(parent);
    await rmdir(group);
    return true;
  } catch {
    return false;
  }
}

async function makeGroup(parent: string): Promise<string> {
  const group = path.join(parent, `${NAME}${process.pid}-${randomUUID()}`);
  await mkdir(group);
  try {
    await writeFile(path.join(group, 'pids.max'), String(PROCESSES), { flag: 'r+' });
  } catch (error) {
    await rmdir(group);
    throw error;
  }
  return group;
}

async function inGroup(parent: string, argv: readonly string[]) {
  const group = await makeGroup(parent);
  return {
    argv: ['/bin/sh', '-c', JOIN, group, ...argv],
    async drop(): Promise<void> {
      // What has been ended may take a moment to be gone; what stays is forgotten by the next daemon.
      for (let pause = 5; pause < 500; pause *= 2) {
        try {
          await rmdir(group);
          return;
        } catch {
          await wait(pause);
        }
      }
    },
  };
}

/** Groups of a daemon that was killed: they are empty, and its process is gone. */
async function forgetOld(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(NAME) ? Number(name.slice(NAME.length).split('-', 1)[0]) : 0;
    if (pid > 0 && !isAlive(pid)) await rmdir(path.join(parent, name)).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
