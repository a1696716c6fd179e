import { homedir } from 'node:os';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { ProcessRunner, SandboxRequest } from '../actions/action.ts';
import type { SandboxFolder } from './folder.ts';
import { nodeInterpreter, pythonInterpreter } from './interpreter.ts';

/** What a request comes down to: a program with its arguments, its variables, and what of the host it has to see. */
export interface SandboxCommand {
  argv: string[];
  env: Record<string, string>;
  readable: string[];
  /** Of these the ones that somebody asked for: in them there may be what nobody means to show. */
  shown: string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Works out the command. Python and Node are found on the host and are on the PATH inside, also for a request by argv.
 * Throws `sandbox.nothing_to_run`, `sandbox.variable_name`, `sandbox.home`, `process.not_found`.
 */
export async function commandFor(
  request: SandboxRequest,
  folder: SandboxFolder,
  runner: ProcessRunner,
): Promise<SandboxCommand> {
  const node = await nodeInterpreter();
  const wanted = request.code?.language ?? request.argv?.[0];
  const python = /^python3?$/.test(wanted ?? '') ? await pythonInterpreter(runner, request.signal) : undefined;
  const argv = argvFor(request, folder, { node: node.program, python: python?.program });
  const packages = request.packages ?? [];
  const asked = [...packages, ...(request.readable ?? [])].map((file) => path.resolve(file));
  for (const file of asked) refuseHome(file);

  const modules = packages.flatMap((directory) => [directory, path.join(directory, 'src')]);
  if (python) modules.push(...python.modules);
  const env: Record<string, string> = {
    PATH: [...new Set([node, python].flatMap((one) => (one ? [path.dirname(one.program)] : [])))]
      .concat(process.platform === 'win32' ? [process.env['PATH'] ?? ''] : ['/usr/local/bin', '/usr/bin', '/bin'])
      .join(path.delimiter),
    HOME: folder.home,
    TMPDIR: folder.tmp,
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ...(modules.length > 0 && { PYTHONPATH: modules.join(path.delimiter) }),
    ...(request.network?.length && { NODE_USE_ENV_PROXY: '1' }),
    ...request.env,
  };
  checkVariables(env);
  return { argv, env, readable: [...node.readable, ...(python?.readable ?? []), ...asked], shown: asked };
}

/** Throws `sandbox.variable_name`. */
export function checkVariables(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(env)) {
    if (!NAME.test(name)) throw fail('invalid', 'sandbox.variable_name', `"${name}" cannot be the name of a variable.`);
  }
}

/** A folder in somebody's home may be shown to the code; the home, or what holds it, never. */
export function refuseHome(file: string): void {
  const home = path.relative(file, homedir());
  if (home !== '' && (home.startsWith('..') || path.isAbsolute(home))) return;
  throw fail(
    'denied',
    'sandbox.home',
    `The sandbox may not see ${file}: it holds your home. Name the folder that is needed.`,
  );
}

function argvFor(
  request: SandboxRequest,
  folder: SandboxFolder,
  programs: { node: string; python: string | undefined },
): string[] {
  if (request.code && folder.code) {
    return request.code.language === 'python'
      ? [programs.python ?? '', '-u', folder.code]
      : [programs.node, folder.code];
  }
  const [name, ...args] = request.argv ?? [];
  if (name === undefined) throw nothingToRun();
  if (name === 'node') return [programs.node, ...args];
  return [programs.python !== undefined && /^python3?$/.test(name) ? programs.python : name, ...args];
}

export function nothingToRun(): Error {
  return fail('invalid', 'sandbox.nothing_to_run', 'Give the sandbox code or a command to run.');
}
