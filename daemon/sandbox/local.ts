import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SandboxManager, type SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { fail, toFailure } from '../../shared/failure.ts';
import type { ProcessResult, ProcessRunner, SandboxLevel, SandboxRequest } from '../actions/action.ts';
import { commandFor, type SandboxCommand } from './command.ts';
import { makeFolder, type SandboxFolder } from './folder.ts';
import { quote, writeLaunch } from './launch.ts';
import { allowHosts, SHARED, startNetwork, stopNetwork } from './network.ts';

/** A way to run code apart from the host. `sandbox.ts` chooses one. */
export interface Isolation {
  /** Whether it works here and now, and if not, what to install. */
  check(): Promise<{ works: true; level: SandboxLevel; why: string } | { works: false; why: string }>;
  run(request: SandboxRequest): Promise<ProcessResult>;
  close(): Promise<void>;
}

const MEMORY_MB = 512;
/** What Node sets aside for itself before the first line of code; it counts for the limit but is hardly used. */
const RESERVED_MB = 192;

/** What of the host's system a program needs to start at all. Nothing of it belongs to a person. */
const SYSTEM = [
  '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store',
  '/etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/alternatives /etc/localtime /etc/hosts /etc/nsswitch.conf',
  '/etc/ssl /etc/pki /etc/ca-certificates /etc/mime.types /etc/protocols /etc/services',
].flatMap((line) => line.split(' '));
/** On macOS a program does not start when the whole disk is hidden, so the places where people keep things are. */
const PERSONAL_ON_MACOS = ['/Users', '/Volumes', '/private/tmp', '/private/var/folders', '/private/var/root'];
/** The library opens this folder of the host in every sandbox, for another program. Not in ours. */
const FOREIGN = ['/tmp/claude', '/private/tmp/claude'];

/** The local sandbox: bubblewrap on Linux, sandbox-exec on macOS, both through @anthropic-ai/sandbox-runtime. */
export function createLocalSandbox(runner: ProcessRunner): Isolation {
  const level = process.platform === 'darwin' ? 'seatbelt' : 'bubblewrap';
  let works = false;

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
      why: 'its own files, home and variables, and no network but the hosts that are listed',
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
      return failure.code === 'process.not_found' ? 'Bubblewrap (bwrap) is not installed.' : refusal(failure.message);
    }
  }

  async function run(request: SandboxRequest): Promise<ProcessResult> {
    const folder = await makeFolder(request);
    try {
      const command = await commandFor(request, folder, runner);
      if (request.network?.length) await startNetwork();
      else if (!SandboxManager.isSandboxingEnabled()) SandboxManager.updateConfig(SHARED);
      return await isolated(request, folder, command);
    } finally {
      await folder.remove();
    }
  }

  async function isolated(
    request: SandboxRequest,
    folder: SandboxFolder,
    command: SandboxCommand,
  ): Promise<ProcessResult> {
    const launch = await writeLaunch(folder, {
      argv: command.argv,
      env: command.env,
      memoryMb: (request.memoryMb ?? MEMORY_MB) + RESERVED_MB,
      cpuSeconds: Math.ceil(request.timeoutMs / 1000) * 4 + 1,
    });
    const access = request.network?.length ? allowHosts(request.network) : undefined;
    try {
      const { argv } = await SandboxManager.wrapWithSandboxArgv(
        `exec /bin/sh ${quote(launch)}`,
        'bash',
        rules(folder, command.readable),
        request.signal,
        folder.work,
        access && { commandId: access.commandId },
      );
      try {
        return await runner.run(argv, {
          cwd: folder.work,
          // Of the programs that build the sandbox; the code gets its own in `launch.sh`.
          env: { HOME: folder.home, TMPDIR: folder.tmp, LANG: 'C.UTF-8' },
          signal: request.signal,
          timeoutMs: request.timeoutMs,
          ...(request.onLine && { onLine: request.onLine }),
        });
      } finally {
        SandboxManager.cleanupAfterCommand();
      }
    } finally {
      access?.revoke();
    }
  }

  return { check, run, close: stopNetwork };
}

function rules(folder: SandboxFolder, readable: readonly string[]): Partial<SandboxRuntimeConfig> {
  const seen = [...SYSTEM, helperFolder(), ...proxySockets(), folder.root, ...readable].filter((file) =>
    existsSync(file),
  );
  return {
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: {
      denyRead: process.platform === 'darwin' ? PERSONAL_ON_MACOS : ['/'],
      allowRead: seen.map((file) => ({ path: file, literal: true })),
      allowWrite: [{ path: folder.root, literal: true }],
      denyWrite: [],
    },
    credentials: { files: FOREIGN.map((file) => ({ path: file, mode: 'deny' as const })) },
  };
}

/** The way to the proxy, which the library would hide together with the rest of the host. It lets through what is listed. */
function proxySockets(): string[] {
  const paths = [SandboxManager.getLinuxHttpSocketPath(), SandboxManager.getLinuxSocksSocketPath()];
  return [...new Set(paths.filter((file) => file !== undefined))];
}

/** Where the library keeps the small program that forbids local sockets; it is started inside. */
function helperFolder(): string {
  const library = createRequire(import.meta.url).resolve('@anthropic-ai/sandbox-runtime');
  return path.join(library, '..', '..', 'vendor', 'seccomp');
}

function refusal(output: string): string {
  const said = output.trim().split('\n').at(-1) ?? '';
  const remedy = /namespace|permission|permitted|uid map/i.test(output)
    ? ' The system forbids user namespaces: allow them (kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0) or, in a container, run it with the right to make them.'
    : '';
  return `Bubblewrap is installed but cannot make a sandbox here: ${said}.${remedy}`;
}

/** The failure when there is no sandbox: says why and what to do about it. */
export function unavailable(why: string): Error {
  return fail(
    'invalid',
    'sandbox.unavailable',
    `There is no sandbox on this machine, and code that nobody has read is never run outside of one. ${why} ` +
      `On Debian and Ubuntu: apt-get install bubblewrap socat. "stagebook doctor" shows what is in force.`,
  );
}
