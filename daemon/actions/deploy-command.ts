import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { length } from '../telemetry-sources/time.ts';
import { defineAction, type ActionContext, type ProcessResult } from './action.ts';

const argv = z.array(z.string()).meta({ description: 'A program and its arguments, each by itself; never a shell.' });

const input = z.strictObject({
  directory: z.string().meta({ description: 'Where it runs.' }),
  command: argv.min(1),
  verify: argv
    .default([])
    .meta({ description: 'Only looks: ends with 0 when this is what is deployed, with 1 when it is not.' }),
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is no name of a variable'), z.string())
    .default({})
    .meta({ description: 'Given to both, besides a clean environment: the commit, the address, a token.' }),
  limit: length.default('5m').meta({ description: 'Ends it after this time.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  said: z.string().meta({ description: 'The last line that it wrote.' }),
  exit_code: z.int(),
  verified: z.boolean().meta({ description: 'The verifying command has seen that it is deployed.' }),
  already: z.boolean().meta({ description: 'It was found to be deployed, and not done again.' }),
  duration_ms: z.int(),
});

/** Deploys by a program of the team's own. What it did is looked up by another one, never taken from its word. */
export const deployCommand = defineAction<Input, z.infer<typeof output>>({
  name: 'deploy.command',
  summary: 'Deploys, rolls back or switches by a program of yours, and verifies it by another.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['command', 'verify'] },
  settleMs: 10_000,

  async run(settings, context) {
    const { command, verify, limit } = settings;
    const result = await started(command, settings, context, parseDuration(limit));
    if (result.exitCode !== 0) {
      throw fail(
        'unavailable',
        'deploy.failed',
        `${command[0]!} ended with exit code ${result.exitCode}: ${lastOf(result)}`,
        {
          data: { exit_code: result.exitCode, output: `${result.stdout}${result.stderr}`.slice(-4_000) },
        },
      );
    }
    const verified = verify.length > 0 && (await looks(settings, context));
    if (verify.length > 0 && !verified) {
      throw fail(
        'unavailable',
        'deploy.not_there',
        `${command[0]!} ended well, but ${verify.join(' ')} says that it is not what is deployed.`,
      );
    }
    const duration = Math.round(result.durationMs);
    return { said: lastOf(result), exit_code: 0, verified, already: false, duration_ms: duration };
  },

  async verify(settings, context) {
    if (settings.verify.length === 0) {
      return { is: 'unsure', why: 'The step has no verify command, so nobody can tell whether it was deployed.' };
    }
    if (!(await looks(settings, context))) return { is: 'not-done' };
    return {
      is: 'done',
      result: { said: 'found deployed', exit_code: 0, verified: true, already: true, duration_ms: 0 },
    };
  },
});

/** Throws when the verifying command itself could not say. */
async function looks(settings: Input, context: ActionContext): Promise<boolean> {
  const result = await started(settings.verify, settings, context, 30_000);
  if (result.exitCode === 0) return true;
  if (result.exitCode === 1) return false;
  throw fail(
    'unavailable',
    'deploy.unsure',
    `${settings.verify[0]!} could not say what is deployed (exit code ${result.exitCode}): ${lastOf(result)}`,
  );
}

function started(
  command: readonly string[],
  { directory, env }: Input,
  context: ActionContext,
  timeoutMs: number,
): Promise<ProcessResult> {
  return context.services.process.run(command, {
    cwd: directory,
    env,
    signal: context.signal,
    timeoutMs,
    onLine: (line) => context.log(line),
  });
}

function lastOf({ stdout, stderr }: ProcessResult): string {
  return (stdout.trim() || stderr.trim()).split('\n').at(-1)!.slice(0, 500);
}
