import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';

/** How long processes that are just ending may take to be gone. */
const GRACE_MS = 3_000;

/**
 * At the end of this process, when the workers have ended: fails the run when a process that the tests started lives on
 * (whatever listens on a port is one), and takes away the run's folder.
 * A process belongs to the run when its folder, command line or environment names the run's folder.
 */
export function settleAtExit(root: string): void {
  process.once('exit', () => {
    const deadline = Date.now() + GRACE_MS;
    let left = processesOf(root);
    while (left.length > 0 && Date.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      left = processesOf(root);
    }
    if (left.length > 0) {
      process.exitCode = 1;
      console.error(
        `\nProcesses that the tests started and did not end:\n${left.map((line) => `  ${line}`).join('\n')}`,
      );
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
}

/** Only Linux tells whose process is whose; elsewhere each file's own check (`each-file.ts`) has to do. */
function processesOf(root: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && names(name, root))
    .map((pid) => `${pid} ${attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')}`);
}

function names(pid: string, root: string): boolean {
  const environment = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  const folder = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  return environment.includes(root) || command.includes(root) || folder.startsWith(root);
}

/** A process may end while it is looked at, and those of other users are not ours to read. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
