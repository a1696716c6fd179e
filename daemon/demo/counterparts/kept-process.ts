import { spawn } from 'node:child_process';

/** A program that runs until it is stopped, and no longer than whoever started it. */
export interface KeptProcess {
  pid: number;
  /** What matched the pattern of readiness, first group. */
  ready: string;
  stop(): Promise<void>;
}

/** A program that is killed and started again, as often as one likes, on the same data and ports. */
export interface Restartable {
  /** Of the process as it runs now; undefined while it does not. */
  readonly pid: number | undefined;
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it, unless it runs. */
  start(): Promise<void>;
}

/** Does not start it yet. A kill that comes while it starts waits for that. */
export function restartable(start: () => Promise<KeptProcess>): Restartable {
  let running: Promise<KeptProcess> | undefined;
  let pid: number | undefined;
  return {
    get pid() {
      return pid;
    },
    async kill() {
      const started = await running?.catch(() => undefined);
      await started?.stop();
      running = pid = undefined;
    },
    async start() {
      try {
        running ??= start();
        ({ pid } = await running);
      } catch (error) {
        running = undefined;
        throw error;
      }
    },
  };
}

/** Runs the program, and kills it when its own input ends: that happens when the starter is gone, in whatever way. */
const KEEPER = '"$@" </dev/null & child=$!; (read -r _; kill -9 "$child") <&3 3<&- & wait "$child"';

/**
 * Starts a program by argv and waits until it writes a line that matches `ready`. Throws, with the end of what it said, when it
 * ends before that.
 */
export async function startKept(
  argv: readonly string[],
  options: { ready: RegExp; cwd?: string; env?: NodeJS.ProcessEnv; withinMs?: number },
): Promise<KeptProcess> {
  const { ready, cwd, env = process.env, withinMs = 20_000 } = options;
  const child = spawn('/bin/sh', ['-c', `exec 3<&0; ${KEEPER}`, 'sh', ...argv], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const stop = async (): Promise<void> => {
    child.stdin.end();
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        // It ended by itself in this very moment.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await gone;
  };
  try {
    const found = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${argv[0]} was not ready in time: ${said}`)), withinMs);
      const hear = (chunk: Buffer): void => {
        said = (said + chunk.toString()).slice(-8000);
        const match = ready.exec(said);
        if (match) {
          clearTimeout(late);
          resolve(match[1] ?? match[0]);
        }
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', reject);
      child.once('close', (code) => {
        clearTimeout(late);
        reject(new Error(`${argv[0]} ended with ${code} before it was ready: ${said}`));
      });
    });
    return { pid: child.pid!, ready: found, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
