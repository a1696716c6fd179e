import { fail } from '../../shared/failure.ts';
import type { ActionContext, ProcessResult } from '../actions/action.ts';
import { artifactsIn } from './artifact.ts';
import { python, pythonComplaint } from './python.ts';
import { inSourceCopy } from './source-copy.ts';

/**
 * Builds wheel and source distribution into `folder`, from a copy, so that the work tree stays clean. Without `isolated`
 * the build tools of this machine are used and nothing is fetched. Where there is only pip, there is only a wheel.
 * Throws `package.no_builder`, `package.build_failed`.
 */
export async function buildPython(
  directory: string,
  folder: string,
  isolated: boolean,
  context: ActionContext,
): Promise<void> {
  await inSourceCopy(directory, context, async (copy) => {
    // Dates within the archives are those of the run, so that a build can be repeated to the byte. Zip knows none before 1980.
    const date = Math.max(315_532_800, Math.floor(context.run.startedAt / 1000));
    const options = { cwd: copy, env: { SOURCE_DATE_EPOCH: String(date) } };
    const has = async (module: string) =>
      (await python(context, ['-c', `import ${module}`], { cwd: folder })).exitCode === 0;
    let result: ProcessResult;
    if (await has('build')) {
      result = await python(
        context,
        ['-m', 'build', ...(isolated ? [] : ['--no-isolation']), '--outdir', folder, '.'],
        options,
      );
    } else if (await has('pip')) {
      const args = ['wheel', '--no-deps', ...(isolated ? [] : ['--no-build-isolation']), '--wheel-dir', folder, '.'];
      result = await python(context, ['-m', 'pip', '--isolated', ...args], options);
    } else throw noBuilder('It has neither build nor pip.');
    if (result.exitCode !== 0) throw refusal(directory, result);
    if (!(await artifactsIn(folder)).some(({ kind }) => kind === 'wheel')) throw refusal(directory, result);
  });
}

function refusal(directory: string, result: ProcessResult): Error {
  const output = `${result.stdout}${result.stderr}`;
  const missing =
    /Missing dependencies:?\s*(.+)/s.exec(output)?.[1] ??
    /Cannot import '([\w.]+)'|Backend '([\w.]+)' is not available/.exec(output)?.[0] ??
    /BackendUnavailable[^]*?(No module named '[\w.]+')/.exec(output)?.[1];
  if (missing !== undefined || /invalid command 'bdist_wheel'|No module named '?(setuptools|wheel)/.test(output)) {
    return noBuilder(
      missing === undefined
        ? 'The package wheel or setuptools is missing.'
        : `What the package asks for is missing: ${missing.trim().split('\n')[0]}.`,
    );
  }
  return fail(
    'invalid',
    'package.build_failed',
    `The package in ${directory} could not be built: ${pythonComplaint(result)}`,
    {
      data: { output: output.slice(-4000) },
    },
  );
}

function noBuilder(why: string): Error {
  return fail(
    'not-found',
    'package.no_builder',
    `This Python cannot build packages. ${why} Install what builds them, and what [build-system] requires names ` +
      '(python3 -m pip install build setuptools wheel; Debian: apt-get install python3-build python3-setuptools ' +
      'python3-wheel), or set "isolated: true" (in Package release the input isolated) to let them be fetched.',
  );
}
