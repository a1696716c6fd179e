import { fail } from '../../shared/failure.ts';
import type { ActionContext } from '../actions/action.ts';

/** Packs an npm package into `folder`, with its own `prepack` and `prepare` scripts. Throws `package.build_failed`. */
export async function buildNpm(directory: string, folder: string, context: ActionContext): Promise<void> {
  const result = await context.services.process.run(['npm', 'pack', '--pack-destination', folder], {
    cwd: directory,
    env: { CI: 'true', npm_config_update_notifier: 'false', npm_config_color: 'false', npm_config_logs_max: '0' },
    signal: context.signal,
    onLine: (line) => context.log(line),
  });
  if (result.exitCode === 0) return;
  const said =
    result.stderr.split('\n').find((line) => /npm (error|ERR!) (?!code)/.test(line)) ?? `exit code ${result.exitCode}`;
  throw fail(
    'invalid',
    'package.build_failed',
    `npm could not pack ${directory}: ${said.replace(/^npm (error|ERR!)\s*/, '')}`,
    {
      data: { output: `${result.stdout}${result.stderr}`.slice(-4000) },
    },
  );
}
