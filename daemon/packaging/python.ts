import { devNull } from 'node:os';
import type { ActionContext, ProcessResult } from '../actions/action.ts';

export interface PythonOptions {
  cwd: string;
  env?: Record<string, string>;
}

/** Runs the machine's Python with nobody's settings for pip. */
export function python(
  context: ActionContext,
  args: readonly string[],
  { cwd, env }: PythonOptions,
): Promise<ProcessResult> {
  const program = process.platform === 'win32' ? 'python' : 'python3';
  return context.services.process.run([program, ...args], {
    cwd,
    env: {
      PIP_CONFIG_FILE: devNull,
      PIP_NO_INPUT: '1',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_COLOR: '1',
      PIP_NO_CACHE_DIR: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      ...env,
    },
    signal: context.signal,
    onLine: (line) => context.log(line),
  });
}

/** The line in which pip or build says what is wrong. */
export function pythonComplaint({ stdout, stderr, exitCode }: ProcessResult): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const said =
    // Where pip itself ends by an exception its name stands at the end of what follows.
    lines.find((line) => /^(ERROR|error:)/.test(line) && !/^ERROR: Exception:$/.test(line)) ??
    lines.findLast((line) => /^\w*(Error|Exception): /.test(line));
  return said?.replace(/^(ERROR|error):?\s*/, '') ?? `it ended with exit code ${exitCode}`;
}
