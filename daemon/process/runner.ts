import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { fail, StagebookError } from '../../shared/failure.ts';
import type { ProcessOptions, ProcessResult, ProcessRunner } from '../actions/action.ts';
import { collect, drained } from './collect.ts';
import { cleanEnvironment } from './environment.ts';
import { endGroup, groupAlive } from './group.ts';
import { startOf } from './identity.ts';
import { findProgram } from './program.ts';

export interface ProcessRunnerOptions {
  /** Programs that are not on the PATH: `{ python3: '/usr/bin/python3' }`. */
  programs?: Readonly<Record<string, string>>;
  /**
   * Called with each process before its program begins: the program waits until this resolves, and never begins when it
   * rejects or when the daemon ends meanwhile. So a process that is not on record has done nothing. (Windows does not wait.)
   */
  onStart?: (started: StartedProcess) => void | Promise<void>;
  /** Called when nothing of the process's group is left. */
  onEnd?: (started: StartedProcess) => void;
  /** How long a group may take to end when it is asked to, in milliseconds; 3,000 by default. */
  graceMs?: number;
}

/** What has to be recorded of a process, so that a later life of the daemon can end it (`endSurvivors`). */
export interface StartedProcess {
  /** The process, and the number of its group. */
  pid: number;
  /** Opaque: tells it from a later process with the same number. Empty where the system does not say. */
  started: string;
  argv0: string;
}

/** Waits for one line on descriptor 3 and becomes the program: same process, same number. No line, no program. */
const HELD_BACK = ['/bin/sh', '-c', 'read -r go <&3 || exit 125; exec 3<&-; exec "$@"', 'sh'];

/** The `ProcessRunner` of this machine (daemon/actions/action.ts says what it promises). */
export function createProcessRunner(options: ProcessRunnerOptions = {}): ProcessRunner {
  const { programs = {}, graceMs = 3_000 } = options;

  return {
    async run(argv, request = {}) {
      const name = argv[0];
      if (name === undefined)
        throw fail('invalid', 'process.empty', 'There is no program to run: the command is empty.');
      const environment = cleanEnvironment(request.env);
      const cwd = request.cwd ?? process.cwd();
      requireFolder(cwd);
      const program = await findProgram(name, environment, programs, cwd);
      if (request.signal?.aborted) throw stopped(name, 'cancelled', false);
      return supervise([...program, ...argv.slice(1)], name, { ...request, cwd, env: environment });
    },
  };

  async function supervise(argv: string[], name: string, request: ProcessOptions): Promise<ProcessResult> {
    const began = performance.now();
    const held = options.onStart !== undefined && process.platform !== 'win32';
    const [file = '', ...args] = held ? [...HELD_BACK, ...argv] : argv;
    const child = start(file, args, name, {
      cwd: request.cwd,
      env: request.env,
      stdio: [request.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(held ? ['pipe' as const] : [])],
      // A group (and session) of its own, so that all of it can be ended and nothing asks at the terminal.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const ended = endOf(child, name);
    const { pid } = child;
    if (pid === undefined) return ended.then(neverBegan);

    let stop: 'timeout' | 'cancelled' | undefined;
    let ending: Promise<void> | undefined;
    const end = (why: typeof stop) => {
      stop ??= why;
      ending ??= endGroup(pid, graceMs);
    };
    const cancel = () => end('cancelled');
    request.signal?.addEventListener('abort', cancel, { once: true });
    const timer = request.timeoutMs === undefined ? undefined : setTimeout(() => end('timeout'), request.timeoutMs);

    const out = collect(child.stdout, 'stdout', request);
    const err = collect(child.stderr, 'stderr', request);
    const info: StartedProcess = { pid, started: '', argv0: name };
    try {
      if (options.onStart !== undefined) {
        info.started = (await startOf(pid)) ?? '';
        try {
          await options.onStart(info);
        } catch (error) {
          end('cancelled');
          throw error;
        }
      }
      if (held) begin(child.stdio[3] as Writable);
      feed(child.stdin, request.input);
      const { exitCode, signal } = await ended;
      if (!(await drained([out, err])) || groupAlive(pid)) await (ending ??= endGroup(pid, graceMs));
      const [stdout, stderr] = [out.finish(), err.finish()];
      if (stop !== undefined) throw stopped(name, stop, true, request.timeoutMs);
      const result: ProcessResult = { exitCode, stdout, stderr, durationMs: performance.now() - began };
      if (signal !== null) result.signal = signal;
      return result;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', cancel);
      await ending;
      out.finish();
      err.finish();
      options.onEnd?.(info);
    }
  }
}

function requireFolder(cwd: string): void {
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return;
  throw fail('not-found', 'process.no_folder', `The folder ${cwd} does not exist, so nothing can be run in it.`);
}

function start(file: string, args: readonly string[], name: string, options: SpawnOptions): ChildProcess {
  try {
    return spawn(file, args, options);
  } catch (error) {
    throw notStarted(name, error as NodeJS.ErrnoException);
  }
}

function notStarted(name: string, error: NodeJS.ErrnoException): StagebookError {
  // The machine has too much to do right now, which passes.
  const kind = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'].includes(error.code ?? '') ? 'locked' : 'invalid';
  return fail(kind, 'process.not_started', `"${name}" could not be started: ${error.message}`);
}

function neverBegan(): never {
  throw new Error('A process without a number always has an error.');
}

function endOf(child: ChildProcess, name: string): Promise<{ exitCode: number; signal: NodeJS.Signals | null }> {
  const ended = new Promise<{ exitCode: number; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(name, error)));
    child.once('exit', (code, signal) =>
      resolve({ exitCode: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], signal }),
    );
  });
  ended.catch(() => undefined); // It is awaited later; until then a failed start is no stray rejection.
  return ended;
}

function begin(gate: Writable): void {
  gate.on('error', () => undefined); // The process was ended before it could begin.
  gate.end('go\n');
}

function feed(stdin: Writable | null, input: string | Uint8Array | undefined): void {
  stdin?.on('error', () => undefined); // A program may end without reading all of its input.
  stdin?.end(input);
}

function stopped(name: string, why: 'timeout' | 'cancelled', began: boolean, timeoutMs = 0): StagebookError {
  if (why === 'timeout') {
    const seconds = timeoutMs / 1000;
    return fail(
      'timeout',
      'process.timeout',
      `"${name}" did not end within ${seconds} s, so it was ended with all that it had started.`,
    );
  }
  return new StagebookError({
    code: 'process.cancelled',
    message: began
      ? `"${name}" was stopped, with all that it had started.`
      : `"${name}" was not started: the step had been stopped.`,
    retryable: false,
    unanswered: began,
  });
}
