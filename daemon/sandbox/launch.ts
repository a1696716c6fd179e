import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CERTIFICATES } from '../process/environment.ts';
import type { SandboxFolder } from './folder.ts';

/** A single word for a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export interface Launch {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  memoryMb: number;
  cpuSeconds: number;
  processes?: number;
}

/** The file by whose presence it is known that the launch script began. */
export function begunFile(folder: SandboxFolder): string {
  return path.join(folder.root, 'begun');
}

/**
 * Writes the script that starts the program once it is inside, and returns its path.
 * Only there the request's variables are set: outside they could reach the programs that build the sandbox
 * (`LD_PRELOAD`), and on a command line everybody on the machine could read them.
 */
export async function writeLaunch(folder: SandboxFolder, launch: Launch): Promise<string> {
  const file = path.join(folder.root, 'launch.sh');
  const lines = [
    `: > ${quote(begunFile(folder))}`,
    `unset USER LOGNAME TMP TEMP ${CERTIFICATES.join(' ')}`,
    ...Object.entries(launch.env).map(([name, value]) => `export ${name}=${quote(value)}`),
    `cd ${quote(folder.work)} || exit 125`,
    'unset OLDPWD',
    // A system without one of these limits (macOS knows none for memory) says so; the time limit always holds.
    `ulimit -d ${launch.memoryMb * 1024} 2>/dev/null`,
    `ulimit -t ${launch.cpuSeconds} 2>/dev/null`,
    'ulimit -c 0 2>/dev/null',
    // The shells do not agree on the letter.
    ...(launch.processes === undefined
      ? []
      : [`ulimit -u ${launch.processes} 2>/dev/null || ulimit -p ${launch.processes} 2>/dev/null`]),
    `exec ${launch.argv.map(quote).join(' ')}`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
