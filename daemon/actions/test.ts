import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { readConsole } from '../test-results/console.ts';
import { addCounts, none, type Counts } from '../test-results/counts.ts';
import { COVERAGE_FILES, readCoverage } from '../test-results/coverage.ts';
import { freshFiles } from '../test-results/fresh-files.ts';
import { readJest } from '../test-results/jest.ts';
import { readJunit } from '../test-results/junit.ts';
import { readTap } from '../test-results/tap.ts';
import { defineAction, type ActionContext, type ProcessResult } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  command: z
    .array(z.string())
    .min(1)
    .meta({ description: 'The program and its arguments, each by itself: [npm, test].' }),
  reports: z.array(z.string()).default([]).meta({
    description:
      'Files in which the command leaves its results (JUnit, TAP, JSON of jest and vitest); else its output is read.',
  }),
  counts: z
    .enum(['needed', 'none'])
    .default('needed')
    .meta({ description: '"none" for a command that counts nothing: its exit code alone says whether it passed.' }),
  coverage: z.string().optional().meta({
    description:
      'The coverage report (lcov, Cobertura, JSON summary), or "none"; by default the usual places are searched.',
  }),
  env: z.record(z.string(), z.string()).default({}),
  limit: z.string().optional().meta({ description: 'Ends the command after this time, such as 300s.' }),
});
type Input = z.infer<typeof input>;

const output = z.object({
  ok: z.boolean().meta({ description: 'Nothing failed, and the command says so too.' }),
  exit_code: z.int(),
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  total: z.int(),
  coverage: z.number().meta({ description: 'Lines that ran, in percent; 0 when nothing was measured.' }),
  coverage_file: z.string().meta({ description: 'Empty when nothing was measured.' }),
  failures: z.array(z.object({ name: z.string(), message: z.string() })).meta({ description: 'The first twenty.' }),
  duration_ms: z.int(),
});
type Output = z.infer<typeof output>;
type Fresh = Awaited<ReturnType<typeof freshFiles>>;

/** Runs tests. That some fail is a result; that nobody can tell is a failure (language.md, Failure and time). */
export const testRun = defineAction<Input, Output>({
  name: 'test.run',
  summary: 'Runs a test command and reads how many tests passed, failed and were skipped, and the coverage.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run(settings, context) {
    const { directory, command, reports, env, limit } = settings;
    const fresh = await freshFiles(directory, [...reports, ...coverageFiles(settings)]);
    const result = await context.services.process.run(command, {
      cwd: directory,
      env: { CI: 'true', NO_COLOR: '1', ...env },
      signal: context.signal,
      keepBytes: 16 * 1024 * 1024,
      onLine: (line) => context.log(line),
      ...(limit !== undefined && { timeoutMs: parseDuration(limit) }),
    });
    const counts = await findCounts(settings, result, fresh);
    const coverage = await findCoverage(settings, fresh, context);
    return {
      ok: result.exitCode === 0 && counts.failed === 0,
      exit_code: result.exitCode,
      passed: counts.passed,
      failed: counts.failed,
      skipped: counts.skipped,
      total: counts.passed + counts.failed + counts.skipped,
      coverage: coverage?.percent ?? 0,
      coverage_file: coverage?.file ?? '',
      failures: counts.failures.slice(0, 20),
      duration_ms: Math.round(result.durationMs),
    };
  },
});

async function findCounts({ command, reports, counts }: Input, result: ProcessResult, fresh: Fresh): Promise<Counts> {
  const { exitCode, stdout, stderr, signal } = result;
  if (signal !== undefined) throw notRun(command, `was ended by ${signal}`, result);
  const found: Counts[] = [];
  for (const report of reports) {
    const text = (await fresh(report))?.text;
    if (text === undefined)
      throw notRun(command, `has not written ${report} (it ended with exit code ${exitCode})`, result);
    const read = readJunit(text) ?? readJest(text) ?? readTap(text);
    if (!read) throw notRun(command, `has written ${report} in a form that is not known here`, result);
    found.push(read);
  }
  if (found.length > 0) return addCounts(found);
  const read = readJunit(stdout) ?? readJest(stdout) ?? readTap(stdout) ?? readConsole(`${stdout}\n${stderr}`);
  if (read) return read;
  if (counts === 'none') return { ...none, failures: [] };
  throw notRun(command, `ended with exit code ${exitCode} and without a result that can be read`, result);
}

function notRun(command: readonly string[], why: string, result: ProcessResult): Error {
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
  return fail(
    'invalid',
    'test.no_result',
    `"${command.join(' ')}" ${why}. Look at its output; name its report under "reports" (JUnit, TAP, or the JSON of jest and vitest), ` +
      'or set "counts: none" when its exit code says everything.',
    { data: { exit_code: result.exitCode, output: said } },
  );
}

function coverageFiles({ coverage }: Input): readonly string[] {
  if (coverage === 'none') return [];
  return coverage === undefined ? COVERAGE_FILES : [coverage];
}

async function findCoverage(
  settings: Input,
  fresh: Fresh,
  context: ActionContext,
): Promise<{ percent: number; file: string } | undefined> {
  for (const name of coverageFiles(settings)) {
    const found = await fresh(name);
    const percent = found && readCoverage(found.text);
    if (found && percent !== undefined) return { percent, file: found.file };
    if (settings.coverage !== undefined) {
      const why = found ? 'is no lcov, Cobertura or JSON coverage report' : 'was not written';
      throw fail(
        'invalid',
        'test.no_coverage',
        `The coverage report ${name} ${why}. Let the test command write it, or correct "coverage".`,
      );
    }
  }
  if (settings.coverage !== 'none') context.log('No coverage report was found: coverage counts as 0 %.');
  return undefined;
}
