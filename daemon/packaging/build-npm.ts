import { fail } from '../../shared/failure.ts';
import type { ActionContext, ProcessResult } from '../actions/action.ts';

/**
 * Packs an npm package into `folder`, with the scripts of its own that `npm publish` would run before: `prepublishOnly`,
 * `prepack` and `prepare`. Throws `package.build_failed`.
 */
export async function buildNpm(directory: string, folder: string, context: ActionContext): Promise<void> {
  // What is published is a file by then, so that npm would not run it later.
  await npm(['run', 'prepublishOnly', '--if-present'], directory, context);
  await npm(['pack', '--pack-destination', folder], directory, context);
}

async function npm(argv: readonly string[], directory: string, context: ActionContext): Promise<void> {
  const result = await context.services.process.run(['npm', ...argv], {
    cwd: directory,
    env: { CI: 'true', npm_config_update_notifier: 'false', npm_config_color: 'false', npm_config_logs_max: '0' },
    signal: context.signal,
    onLine: (line) => context.log(line),
  });
  if (result.exitCode === 0) return;
  const output = `${result.stdout}${result.stderr}`.slice(-4000);
  throw fail(
    'invalid',
    'package.build_failed',
    `npm ${argv.slice(0, 2).join(' ')} in ${directory} failed: ${complaint(result)}. Put it right, then go on where it stopped.`,
    { data: { output } },
  );
}

/** npm's own line about what went wrong; where one of the package's scripts failed, what that one has said last. */
function complaint({ stdout, stderr, exitCode }: ProcessResult): string {
  const lines = stderr.split(/\r?\n/);
  const said = lines.find((line) => /^npm (error|ERR!) (?!code|path|command|workspace|location)/.test(line));
  if (said !== undefined && !/Lifecycle script|command failed/i.test(said))
    return said.replace(/^npm (error|ERR!)\s*(?:\d+ )?/, '').replace(/\.$/, '');
  const words = [...stdout.split(/\r?\n/), ...lines].filter(
    (line) => line.trim() !== '' && !/^(npm (warn|error|notice|WARN|ERR!)|> )/.test(line),
  );
  return words.at(-1)?.trim().replace(/\.$/, '') ?? `exit code ${exitCode}`;
}
