import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { ProcessRunner } from '../actions/action.ts';

/** A program that runs code, and the host's paths without which it does not start. */
export interface Interpreter {
  program: string;
  readable: string[];
}

/** The Node that runs the daemon itself. */
export async function nodeInterpreter(): Promise<Interpreter> {
  const program = await realpath(process.execPath);
  return { program, readable: [program] };
}

const WHERE_PYTHON_IS = `
import json, os, sys, sysconfig
paths = sysconfig.get_paths()
needed = [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
needed += [sys.executable, os.path.realpath(sys.executable), sysconfig.get_config_var("LIBDIR") or "", os.path.join(sys.prefix, "pyvenv.cfg")]
print(json.dumps([sys.executable] + needed))
`;

/** What was found for each runner: the machine's Python stays where it is while the daemon lives. */
const known = new WeakMap<ProcessRunner, Interpreter>();

/** The machine's Python, as it describes itself. Throws `process.not_found`, `sandbox.no_python`. */
export async function pythonInterpreter(runner: ProcessRunner, signal: AbortSignal): Promise<Interpreter> {
  const found = known.get(runner) ?? (await findPython(runner, signal));
  known.set(runner, found);
  return found;
}

async function findPython(runner: ProcessRunner, signal: AbortSignal): Promise<Interpreter> {
  const name = process.platform === 'win32' ? 'python' : 'python3';
  const { exitCode, stdout, stderr } = await runner.run([name, '-c', WHERE_PYTHON_IS], { signal, timeoutMs: 30_000 });
  if (exitCode !== 0)
    throw fail('not-found', 'sandbox.no_python', `${name} is there but does not work: ${stderr.trim()}`);
  const [program = '', ...readable] = JSON.parse(stdout) as string[];
  return { program, readable: [...new Set(readable)].filter((file) => path.isAbsolute(file) && existsSync(file)) };
}
