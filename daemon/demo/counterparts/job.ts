import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs a program in a clean checkout of a commit, in a folder of its own, with nothing of ours in its environment.
 * Aborted, it ends with everything that it started, and with a code that is not 0.
 */
export async function runJob(
  repository: string,
  sha: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number; text: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-ci-'));
  try {
    const steps = [
      ['git', 'clone', '--quiet', '--no-checkout', repository, folder],
      ['git', '-C', folder, 'checkout', '--quiet', '--detach', sha],
      command,
    ];
    let outcome = { code: 0, text: '' };
    for (const argv of steps) {
      if (outcome.code === 0) outcome = await runIn(folder, argv, signal);
    }
    return outcome;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function runIn(folder: string, argv: readonly string[], signal: AbortSignal): Promise<{ code: number; text: string }> {
  if (signal.aborted) return Promise.resolve({ code: 1, text: '' });
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      env: cleanEnvironment(),
    });
    const end = () => endTree(child);
    signal.addEventListener('abort', end);
    let text = '';
    const keep = (chunk: Buffer) => (text = (text + chunk.toString()).slice(-64_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', end);
      resolve({ code: code ?? 1, text });
    });
  });
}

/** What programs need to be found and to run; nothing else of ours. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'APPDATA', 'PATHEXT', 'ComSpec'];
  return { CI: 'true', ...Object.fromEntries(names.map((name) => [name, process.env[name]])) };
}

function endTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
  else {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      // It ended by itself in this very moment.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
