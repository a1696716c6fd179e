import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import type { Sandbox as E2bSandbox } from '@e2b/code-interpreter';
import { fail, StagebookError } from '../../shared/failure.ts';
import type { SandboxRequest, SandboxResult } from '../actions/action.ts';
import { createLineReader, createTail } from '../process/output.ts';
import { checkVariables, nothingToRun, refuseHome } from './command.ts';
import { e2bFailure, expired } from './e2b-failure.ts';
import { copiesOf, exactly, type Upload } from './e2b-upload.ts';
import { KEPT_BYTES, packageName, placeIn, tooBigToKeep } from './folder.ts';
import type { Isolation } from './isolation.ts';
import { MEMORY_MB, PROCESSES, RESERVED_MB } from './limits.ts';

export interface E2bSettings {
  /** The name of the secret with the key. */
  keyName: string;
  key(): Promise<string>;
  hasKey(): Promise<boolean>;
  /** Addresses, where they are not E2B's own. */
  apiUrl?: string | undefined;
  sandboxUrl?: string | undefined;
  domain?: string | undefined;
  template?: string | undefined;
  /** How long a sandbox outlives a daemon that is gone; it is renewed while code runs. A minute by default. */
  leaseMs?: number | undefined;
}

/** Where things lie inside. */
const HOME = '/home/user';
const PLACES = { work: `${HOME}/run/work`, home: `${HOME}/run/home`, tmp: `${HOME}/run/tmp` };
const LEASE_MS = 60_000;
const REQUEST_MS = 30_000;
const KEPT_OUTPUT = 2 ** 20;

/**
 * A sandbox at E2B for each run of code: made, given its files, run, and ended. It has a lease that is renewed while the code
 * runs, so that nothing of a daemon that is gone stays there for long.
 */
export function createE2b(settings: E2bSettings): Isolation {
  const doing = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw e2bFailure(error, what, settings.keyName);
    }
  };

  return {
    async check() {
      if (await settings.hasKey())
        return { works: true, level: 'e2b', why: `a machine of its own at ${settings.domain ?? 'E2B'} for each run` };
      const why = `E2B is configured, but there is no key: give it to Stagebook as the secret ${settings.keyName}, or set sandbox.use to local.`;
      return { works: false, why };
    },
    async run(request) {
      const plan = await planOf(request);
      // The library takes a while to load, and most runs need none of it.
      const { Sandbox } = await import('@e2b/code-interpreter');
      const leaseMs = settings.leaseMs ?? LEASE_MS;
      const options = {
        apiKey: await settings.key(),
        ...(settings.apiUrl === undefined ? {} : { apiUrl: settings.apiUrl }),
        ...(settings.sandboxUrl === undefined ? {} : { sandboxUrl: settings.sandboxUrl }),
        ...(settings.domain === undefined ? {} : { domain: settings.domain }),
        // Else a variable of the daemon's environment could turn E2B into this very machine.
        debug: false,
        requestTimeoutMs: REQUEST_MS,
      };
      const limits = { ...options, timeoutMs: leaseMs, signal: request.signal, ...networkOf(request) };
      const { template } = settings;
      const made = template === undefined ? Sandbox.create(limits) : Sandbox.create(template, limits);
      const sandbox = await doing('make a sandbox', unlessStopped(made, request.signal));
      const renewal = setInterval(() => {
        // A lease that could not be renewed shows in the run, which then ends with the sandbox.
        void sandbox.setTimeout(leaseMs).catch(() => undefined);
      }, leaseMs / 3);
      try {
        if (plan.files.length > 0) await doing('take the files', upload(sandbox, plan.files, request.signal));
        const result = await doing('run the code', runIn(sandbox, plan, request));
        if (!request.keep) return result;
        return { ...result, files: await doing('give back the files', download(sandbox, request.keep)) };
      } finally {
        clearInterval(renewal);
        // If E2B cannot be reached, the lease ends it.
        await sandbox.kill({ requestTimeoutMs: 10_000 }).catch(() => undefined);
      }
    },
    close: () => Promise.resolve(),
  };
}

interface Plan {
  argv: string[];
  env: Record<string, string>;
  files: Upload[];
  links: Record<string, string>;
}

/** What goes into the sandbox. Folders of this machine are copied, and their paths replaced where the request names them. */
async function planOf(request: SandboxRequest): Promise<Plan> {
  checkVariables(request.env ?? {});
  for (const name of request.keep ?? []) placeIn(PLACES.work, name, path.posix);
  const files: Upload[] = Object.entries(request.files ?? {}).map(([name, content]) => ({
    path: placeIn(PLACES.work, name, path.posix),
    data: typeof content === 'string' ? content : exactly(content),
  }));
  const places = new Map<string, string>();
  const links: Record<string, string> = {};
  for (const source of [...(request.packages ?? []), ...(request.readable ?? [])].map((one) => path.resolve(one))) {
    refuseHome(source);
    if (places.has(source)) continue;
    const place = `${HOME}/run/shared/${places.size}`;
    places.set(source, place);
    files.push(...(await copiesOf(source, place)));
  }
  for (const source of request.packages ?? []) {
    const name = await packageName(source);
    const place = places.get(path.resolve(source))!;
    if (name !== undefined) links[placeIn(`${PLACES.work}/node_modules`, name, path.posix)] = place;
  }
  const inside = (text: string): string =>
    [...places].reduce((changed, [source, place]) => changed.replaceAll(source, place), text);
  const python = (request.packages ?? []).map((source) => places.get(path.resolve(source))!);
  const env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: PLACES.home,
    TMPDIR: PLACES.tmp,
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ...(python.length > 0 && { PYTHONPATH: python.flatMap((place) => [place, `${place}/src`]).join(':') }),
  };
  for (const [name, value] of Object.entries(request.env ?? {})) env[name] = inside(value);
  if (request.code) {
    const isPython = request.code.language === 'python';
    const file = `${PLACES.work}/main.${isPython ? 'py' : 'js'}`;
    files.push({ path: file, data: inside(request.code.text) });
    return { argv: isPython ? ['python3', '-u', file] : ['node', file], env, files, links };
  }
  const [program, ...args] = request.argv ?? [];
  if (program === undefined) throw nothingToRun();
  return { argv: [program === 'python' ? 'python3' : program, ...args].map(inside), env, files, links };
}

/** Nothing can be reached but the hosts that are listed, and nobody reaches the sandbox from outside. */
function networkOf({ network = [] }: SandboxRequest) {
  const port = network.find((host) => /:\d+$/.test(host));
  if (port !== undefined) {
    throw fail(
      'invalid',
      'sandbox.host',
      `E2B opens hosts, not single ports: list ${port.replace(/:\d+$/, '')} instead.`,
    );
  }
  if (network.length === 0) return { allowInternetAccess: false, network: { allowPublicTraffic: false } };
  return { network: { allowOut: [...network], denyOut: ['0.0.0.0/0'], allowPublicTraffic: false } };
}

/** In requests of some megabytes each. */
async function upload(sandbox: E2bSandbox, files: readonly Upload[], signal: AbortSignal): Promise<void> {
  const sizeOf = ({ data }: Upload): number => (typeof data === 'string' ? data.length : data.byteLength);
  for (let start = 0, end = 0; start < files.length; start = end) {
    for (let size = 0; end < files.length && (end === start || size < 8 * 2 ** 20); end++) size += sizeOf(files[end]!);
    const batch = files.slice(start, end).map(({ path: place, data }) => ({ path: place, data }));
    await unlessStopped(sandbox.files.write(batch, { signal }), signal);
  }
}

async function download(sandbox: E2bSandbox, names: readonly string[]): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) {
    try {
      const bytes = await sandbox.files.read(`${PLACES.work}/${name}`, { format: 'bytes' });
      if (bytes.length > KEPT_BYTES) throw tooBigToKeep(name);
      files[name] = bytes;
    } catch (error) {
      // It is not there: the code did not write it.
      if (!(error instanceof Error && error.name === 'FileNotFoundError')) throw error;
    }
  }
  return files;
}

async function runIn(sandbox: E2bSandbox, plan: Plan, request: SandboxRequest): Promise<SandboxResult> {
  const began = performance.now();
  const streams = {
    stdout: createOutput((line) => request.onLine?.(line, 'stdout')),
    stderr: createOutput((line) => request.onLine?.(line, 'stderr')),
  };
  const carrier = createLineReader((line) => {
    const told = readEvent(line);
    if (told) streams[told.stream].push(told.bytes);
  });
  const wanted = {
    argv: plan.argv,
    env: plan.env,
    links: plan.links,
    ...PLACES,
    data_bytes: ((request.memoryMb ?? MEMORY_MB) + RESERVED_MB) * 2 ** 20,
    processes: PROCESSES,
  };
  const driver = await readFile(new URL('e2b-driver.py', import.meta.url), 'utf8');
  const encoded = Buffer.from(JSON.stringify(wanted)).toString('base64');
  const running = sandbox.runCode(`${driver}\n\nrun(json.loads(base64.b64decode("${encoded}")))`, {
    language: 'python',
    requestTimeoutMs: REQUEST_MS,
    timeoutMs: 0,
    onStdout: ({ line }) => carrier.push(Buffer.from(line)),
  });
  const execution = await within(running, request);
  carrier.end();
  if (execution.error) throw driverFailure(execution.error, plan.argv[0]!);
  const code = Number(execution.text);
  if (execution.text === undefined || !Number.isInteger(code)) {
    // The answer ended in the middle, which the library takes for an end.
    const alive = await sandbox.isRunning({ requestTimeoutMs: 5_000 }).catch(() => undefined);
    throw alive === false ? expired() : lost();
  }
  const ended = code < 0 ? { exitCode: 128 - code, signal: signalName(-code) } : { exitCode: code };
  return {
    ...ended,
    stdout: streams.stdout.end(),
    stderr: streams.stderr.end(),
    durationMs: performance.now() - began,
  };
}

/** The end of the code, or the end of its time, or of the step's: then the caller ends the sandbox with all that is in it. */
async function within<T>(running: Promise<T>, { signal, timeoutMs }: SandboxRequest): Promise<T> {
  running.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(fail('timeout', 'process.timeout', `The code did not end within ${timeoutMs / 1000} s.`));
    }, timeoutMs);
  });
  try {
    return await unlessStopped(Promise.race([running, late]), signal);
  } finally {
    clearTimeout(timer);
  }
}

async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  const stop = Promise.withResolvers<never>();
  const onAbort = (): void =>
    stop.reject(
      new StagebookError({
        code: 'process.cancelled',
        message: 'The code was stopped, with all that it had started.',
        retryable: false,
        unanswered: true,
      }),
    );
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, stop.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function createOutput(onLine: (line: string) => void) {
  const tail = createTail(KEPT_OUTPUT);
  const lines = createLineReader(onLine);
  return {
    push(bytes: Buffer): void {
      tail.push(bytes);
      lines.push(bytes);
    },
    end(): string {
      lines.end();
      return tail.text();
    },
  };
}

/** One line of the driver's; undefined for what somebody else wrote. */
function readEvent(line: string): { stream: 'stdout' | 'stderr'; bytes: Buffer } | undefined {
  const found = /^\["(stdout|stderr)", "([A-Za-z0-9+/=]*)"\]$/.exec(line);
  return found ? { stream: found[1] as 'stdout' | 'stderr', bytes: Buffer.from(found[2]!, 'base64') } : undefined;
}

function driverFailure({ name, value }: { name: string; value: string }, program: string): StagebookError {
  if (name === 'FileNotFoundError' || name === 'PermissionError') {
    return fail('not-found', 'process.not_found', `The program "${program}" cannot be run in the sandbox: ${value}.`);
  }
  return fail(
    'unavailable',
    'sandbox.failed',
    `The sandbox could not begin with the code: ${name}: ${value}. Try again.`,
  );
}

function lost(): StagebookError {
  return fail(
    'network',
    'sandbox.lost',
    'The connection to E2B ended while the code was running. The sandbox was ended; try again.',
  );
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
