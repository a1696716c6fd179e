import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { ProcessRunner } from '../actions/action.ts';

/** A program that runs code, and the host's paths without which it does not start. */
export interface Interpreter {
  program: string;
  readable: string[];
  /** Folders of Python modules that it does not look into by itself. */
  modules: string[];
}

/** The Node that runs the daemon itself. */
export async function nodeInterpreter(): Promise<Interpreter> {
  const program = await realpath(process.execPath);
  return { program, readable: [program], modules: [] };
}

// In a virtual environment the program is a link into another folder, which a sandbox does not have: the program itself is
// started there, and finds the modules of the environment by name.
const WHERE_PYTHON_IS = `
import json, os, sys, sysconfig
paths = sysconfig.get_paths()
own = [paths["purelib"], paths["platlib"]]
needed = [paths["stdlib"], paths["platstdlib"], *own, sysconfig.get_config_var("LIBDIR") or ""]
program = os.path.realpath(sys.executable)
modules = list(dict.fromkeys(own)) if sys.prefix != sys.base_prefix else []
print(json.dumps({"program": program, "readable": [program, *needed], "modules": modules}))
`;

const described = z.object({ program: z.string(), readable: z.array(z.string()), modules: z.array(z.string()) });

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
  const { program, readable, modules } = described.parse(JSON.parse(stdout));
  const there = (files: readonly string[]) =>
    [...new Set(files)].filter((file) => path.isAbsolute(file) && existsSync(file));
  return { program, readable: there(readable), modules: there(modules) };
}
