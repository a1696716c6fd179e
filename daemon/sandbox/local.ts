import { existsSync } from 'node:fs';
import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import { fail, toFailure } from '../../shared/failure.ts';
import type { ProcessResult, ProcessRunner, SandboxRequest, SandboxResult } from '../actions/action.ts';
import { commandFor, type SandboxCommand } from './command.ts';
import { keptFiles, makeFolder, type SandboxFolder } from './folder.ts';
import type { Isolation } from './isolation.ts';
import { begunFile, quote, writeLaunch } from './launch.ts';
import { MEMORY_MB, RESERVED_MB } from './limits.ts';
import { findProcessLimit, type ProcessLimit } from './process-limit.ts';
import { allowHosts, SHARED, startNetwork, stopNetwork } from './network.ts';
import { rules } from './rules.ts';

/** So often a program is looked for before it counts as missing. */
const LOOKS = 5;
/** So often a sandbox is made anew in which nothing has begun. */
const MAKES = 5;

/** The local sandbox: bubblewrap on Linux, sandbox-exec on macOS, both through @anthropic-ai/sandbox-runtime. */
export function createLocalSandbox(runner: ProcessRunner): Isolation {
  const level = process.platform === 'darwin' ? 'seatbelt' : 'bubblewrap';
  let works = false;
  let limit: Promise<ProcessLimit> | undefined;
  const processLimit = (): Promise<ProcessLimit> => (limit ??= findProcessLimit());

  async function check(): ReturnType<Isolation['check']> {
    if (process.platform === 'win32') return { works: false, why: 'There is no local sandbox for Windows yet.' };
    if (!works) {
      const why = await probe();
      if (why !== undefined) return { works: false, why };
      works = true;
    }
    return {
      works: true,
      level,
      why: `its own files, home and variables, no network but the hosts that are listed, and ${(await processLimit()).why}`,
    };
  }

  /** Why it does not work, or undefined when a first run in it went well. */
  async function probe(): Promise<string | undefined> {
    const request: SandboxRequest = { argv: ['true'], timeoutMs: 20_000, signal: new AbortController().signal };
    try {
      if (level === 'bubblewrap') await runner.run(['bwrap', '--version'], { timeoutMs: 10_000 });
      const { exitCode, stderr } = await run(request);
      return exitCode === 0 ? undefined : refusal(stderr);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'sandbox.not_made') return refusal((failure.data as { stderr: string }).stderr);
      return failure.code === 'process.not_found' ? 'Bubblewrap (bwrap) is not installed.' : refusal(failure.message);
    }
  }

  async function run(request: SandboxRequest): Promise<SandboxResult> {
    const folder = await makeFolder(request);
    try {
      const command = await commandFor(request, folder, runner);
      if (request.network?.length) await startNetwork();
      else if (!SandboxManager.isSandboxingEnabled()) SandboxManager.updateConfig(SHARED);
      const result = await begun(folder, () => isolated(request, folder, command));
      return request.keep ? { ...result, files: await keptFiles(folder, request.keep) } : result;
    } finally {
      await folder.remove();
    }
  }

  async function isolated(
    request: SandboxRequest,
    folder: SandboxFolder,
    command: SandboxCommand,
  ): Promise<ProcessResult> {
    const { ulimit, around } = await processLimit();
    const launch = await writeLaunch(folder, {
      argv: command.argv,
      env: command.env,
      memoryMb: (request.memoryMb ?? MEMORY_MB) + RESERVED_MB,
      cpuSeconds: Math.ceil(request.timeoutMs / 1000) * 4 + 1,
      ...(ulimit === undefined ? {} : { processes: ulimit }),
    });
    const access = request.network?.length ? allowHosts(request.network) : undefined;
    try {
      const { argv } = await patiently(() =>
        SandboxManager.wrapWithSandboxArgv(
          `exec /bin/sh ${quote(launch)}`,
          'bash',
          rules(folder, command),
          request.signal,
          folder.work,
          access && { commandId: access.commandId },
        ),
      );
      const limited = await around(argv);
      try {
        return await runner.run(limited.argv, {
          cwd: folder.work,
          // Of the programs that build the sandbox; the code gets its own in `launch.sh`.
          env: { HOME: folder.home, TMPDIR: folder.tmp, LANG: 'C.UTF-8' },
          signal: request.signal,
          timeoutMs: request.timeoutMs,
          ...(request.onLine && { onLine: request.onLine }),
        });
      } finally {
        await limited.drop();
        SandboxManager.cleanupAfterCommand();
      }
    } finally {
      access?.revoke();
    }
  }

  return { check, run, close: stopNetwork };
}

/**
 * The library looks for programs with `which` and waits a second for it, every time anew. On a busy machine that is too short,
 * and a shell that was there for the last step seems to be gone.
 */
async function patiently<T>(wrap: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await wrap();
    } catch (error) {
      if (tries === LOOKS || !(error instanceof Error) || !/not found/i.test(error.message)) throw error;
    }
  }
}

function refusal(output: string): string {
  const said = output.trim().split('\n').at(-1) ?? '';
  const remedy = /namespace|permission|permitted|uid map/i.test(output)
    ? ' The system forbids user namespaces: allow them (kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0) or, in a container, run it with the right to make them.'
    : '';
  return `Bubblewrap is installed but cannot make a sandbox here: ${said}.${remedy}`;
}

/**
 * What a sandbox gave in which the program began. A place of the host that goes away while the sandbox is made leaves none, and
 * its exit code would pass for the program's: so it is made anew. Throws `sandbox.not_made` when that does not help.
 */
async function begun(folder: SandboxFolder, isolated: () => Promise<ProcessResult>): Promise<ProcessResult> {
  for (let tries = 1; ; tries += 1) {
    const result = await isolated();
    if (result.exitCode === 0 || existsSync(begunFile(folder))) return result;
    if (tries === MAKES) throw notMade(result.stderr);
  }
}

function notMade(stderr: string): Error {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return fail(
    'locked',
    'sandbox.not_made',
    `The sandbox could not be made, so nothing ran: ${said}. Try again; “stagebook doctor” says whether it works here.`,
    { data: { stderr } },
  );
}
