import { fail, StagebookError } from '../../shared/failure.ts';
import type { ProcessResult } from '../actions/action.ts';
import type { ServiceWorld } from './service.ts';

const PATIENCE_MS = 60_000;

/** What helps wherever no service manager does. */
const INSTEAD =
  'Start the daemon yourself: run stagebook up in a terminal, or put that line into what your session starts.';

/** Asks the system's service manager. `variables` of our own environment go along: they say where the manager is. */
export async function askManager(
  { process, environment }: ServiceWorld,
  argv: readonly [string, ...string[]],
  variables: readonly string[] = [],
): Promise<ProcessResult> {
  const passed = variables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  try {
    const env = Object.fromEntries(passed) as Record<string, string>;
    return await process.run(argv, { env, timeoutMs: PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof StagebookError) || error.code !== 'process.not_found') throw error;
    throw unavailable(`${argv[0]} is not on this machine`);
  }
}

/** The same, where anything but success is the end of it. */
export async function tellManager(
  world: ServiceWorld,
  argv: readonly [string, ...string[]],
  variables: readonly string[] = [],
): Promise<ProcessResult> {
  const result = await askManager(world, argv, variables);
  if (result.exitCode === 0) return result;
  throw fail('unavailable', 'service.refused', `“${argv.join(' ')}” did not work: ${saidBy(result)}. ${INSTEAD}`);
}

/** The error where there is no manager to ask. */
export function unavailable(why: string): StagebookError {
  return fail('unavailable', 'service.unavailable', `Services cannot be installed here: ${why}. ${INSTEAD}`);
}

/** The first line of what a program had to say. */
export function saidBy({ stderr, stdout, exitCode }: ProcessResult): string {
  const [line = ''] = (stderr.trim() || stdout.trim()).split('\n');
  return line === '' ? `it ended with ${exitCode}` : line.trim().replace(/\.$/, '');
}
