import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string().meta({ description: 'Where the script runs.' }),
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is no name of a variable'), z.string())
    .default({})
    .meta({ description: 'The only way for values into the script, whose text is fixed.' }),
  repeatable: z.boolean().default(false).meta({ description: 'Running it again does no harm.' }),
  exit_codes: z.array(z.int()).default([0]).meta({ description: 'Those that are a result; any other is a failure.' }),
  limit: z.string().optional().meta({ description: 'Ends it after this time, such as 10m.' }),
});
const output = z.object({
  exit_code: z.int(),
  stdout: z.string().meta({ description: 'The end of it, 64 KiB at most.' }),
  stderr: z.string(),
  duration_ms: z.int(),
});

/** How each language of a fence is run: it stops at the first command that fails. */
const SHELLS: Record<string, readonly string[]> = {
  bash: ['bash', '-e', '-o', 'pipefail', '-c'],
  sh: ['sh', '-e', '-c'],
  shell: ['sh', '-e', '-c'],
  powershell: ['powershell', '-NoProfile', '-NonInteractive', '-Command'],
  pwsh: ['pwsh', '-NoProfile', '-NonInteractive', '-Command'],
};
const SHOWN = 64 * 1024;
/** What Linux takes as one argument. */
const LONGEST = 100_000;

/** Runs the step's fence as it stands. Whether it may is the persona's matter, which the engine asks before. */
export const shellRun = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'shell.run',
  summary: 'Runs the step’s script in a shell on this machine, outside of the sandbox.',
  // What an expression will give is not known before it runs.
  effect: ({ repeatable }: { repeatable: unknown }) => (repeatable === true ? 'repeatable' : 'write'),
  input,
  output,
  takesSource: true,
  touches: { paths: ['directory'], programs: ['bash', 'sh', 'powershell', 'pwsh'] },

  async run({ directory, env, exit_codes: accepted, limit }, context) {
    const { language, text } = context.source ?? { language: '', text: '' };
    const shell = SHELLS[language.toLowerCase()];
    if (shell === undefined || text.trim() === '') {
      throw fail(
        'invalid',
        'shell.no_script',
        'The step has no script. Put one into a fence in bash, sh or powershell.',
      );
    }
    if (text.length > LONGEST)
      throw fail('invalid', 'shell.too_long', 'The script is too long for a step. Keep it in a file, and call that.');
    const result = await context.services.process.run([...shell, text], {
      cwd: directory,
      env,
      signal: context.signal,
      onLine: (line) => context.log(line),
      ...(limit !== undefined && { timeoutMs: parseDuration(limit) }),
    });
    const { exitCode, stdout, stderr, durationMs } = result;
    if (!accepted.includes(exitCode)) {
      const last = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
      throw fail(
        'invalid',
        'shell.failed',
        `The script ended with exit code ${exitCode}${last === '' ? '.' : `: ${last}`}`,
        {
          data: { exit_code: exitCode, output: `${stdout}${stderr}`.slice(-4000) },
        },
      );
    }
    return {
      exit_code: exitCode,
      stdout: stdout.slice(-SHOWN),
      stderr: stderr.slice(-SHOWN),
      duration_ms: Math.round(durationMs),
    };
  },
});
