import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { findBrowser, noBrowser } from '../browser/find.ts';
import { appSettings, withApp } from '../served/app.ts';
import { readPlaywright, type PlaywrightReport } from '../test-results/playwright.ts';
import { defineAction, type ActionContext, type ProcessResult } from './action.ts';

const input = z.strictObject({
  directory: z.string().meta({ description: 'The project, with its own @playwright/test and configuration.' }),
  url: appSettings.url.default('').meta({
    description: 'Given to the tests as BASE_URL. With "serve", {port} in it stands for a free port.',
  }),
  serve: appSettings.serve,
  config: z.string().optional().meta({ description: 'The configuration, where it is not the usual one.' }),
  args: z.array(z.string()).default([]).meta({ description: 'More arguments: files, --grep, --project.' }),
  env: z.record(z.string(), z.string()).default({}),
  trace: z
    .enum(['as-configured', 'on', 'off', 'retain-on-failure'])
    .default('retain-on-failure')
    .meta({ description: 'When the trace of a test is kept.' }),
  limit: z.string().default('10m').meta({ description: 'Ends everything after this time.' }),
});
type Input = z.infer<typeof input>;

const attachment = z.object({ name: z.string(), path: z.string() });
const output = z.object({
  ok: z.boolean().meta({ description: 'Tests ran and none failed.' }),
  passed: z.int(),
  failed: z.int(),
  flaky: z.int().meta({ description: 'Passed only when tried again; they count as passed.' }),
  skipped: z.int(),
  total: z.int(),
  duration_ms: z.int(),
  tests: z
    .array(z.object({ title: z.string(), file: z.string(), status: z.string(), duration_ms: z.int() }))
    .meta({ description: 'The first two hundred.' }),
  failures: z
    .array(z.object({ name: z.string(), message: z.string(), attachments: z.array(attachment) }))
    .meta({ description: 'The first twenty, with their traces and screenshots.' }),
});
type Output = z.infer<typeof output>;

/** The project's own tests by the project's own Playwright. That some fail is a result; that none could run is a failure. */
export const playwrightTest = defineAction<Input, Output>({
  name: 'playwright.test',
  summary: 'Runs the Playwright tests of a project in a real browser, and reads how each ended.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run(settings, context) {
    const { directory } = settings;
    const command = commandOf(directory);
    const kept = await mkdtemp(path.join(context.services.config.workDirectory, 'playwright-'));
    const file = path.join(kept, 'report.json');
    const browser = await findBrowser(context.services.config.programs);
    const run = (url: string): Promise<ProcessResult> =>
      context.services.process.run(
        [
          ...command,
          'test',
          '--reporter=json',
          `--output=${path.join(kept, 'results')}`,
          ...(settings.config === undefined ? [] : [`--config=${settings.config}`]),
          ...(settings.trace === 'as-configured' ? [] : [`--trace=${settings.trace}`]),
          ...settings.args,
        ],
        {
          cwd: directory,
          env: {
            CI: 'true',
            NO_COLOR: '1',
            PLAYWRIGHT_JSON_OUTPUT_FILE: file,
            ...(url && { BASE_URL: url }),
            // Where the machine's browser is, for configurations that take it: launchOptions.executablePath.
            ...(browser !== undefined && { CHROMIUM: browser }),
            ...settings.env,
          },
          signal: context.signal,
          timeoutMs: parseDuration(settings.limit),
          onLine: (line) => context.log(line),
        },
      );
    const result = await withApp(settings, directory, context, run);
    return outcome(await readReport(file, result, context), result);
  },
});

/** Playwright as the project has it: its version and its browsers belong to the tests. */
function commandOf(directory: string): string[] {
  const from = path.resolve(directory, 'package.json');
  try {
    return [process.execPath, createRequire(from).resolve('@playwright/test/cli')];
  } catch {
    throw fail(
      'not-found',
      'playwright.not_installed',
      `The project in ${directory} has no @playwright/test. Install its packages (npm ci), or add it: npm install -D @playwright/test.`,
    );
  }
}

async function readReport(file: string, result: ProcessResult, context: ActionContext): Promise<PlaywrightReport> {
  const report = existsSync(file) ? readPlaywright(await readFile(file, 'utf8')) : undefined;
  const errors = [...(report?.errors ?? []), ...(report?.tests.map(({ message }) => message) ?? [])];
  if (errors.some((message) => message.includes("Executable doesn't exist"))) throw noBrowser();
  if (report && report.tests.length > 0 && report.errors.length === 0) return report;
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
  for (const message of report?.errors ?? []) context.log(message);
  throw fail(
    'invalid',
    'playwright.no_result',
    `Playwright could not run the tests: ${report?.errors[0] ?? (said.split('\n').at(-1) || 'it did not say why')}`,
    { data: { exit_code: result.exitCode, output: said } },
  );
}

function outcome({ tests, duration_ms }: PlaywrightReport, { exitCode }: ProcessResult): Output {
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  return {
    ok: exitCode === 0 && count('failed') === 0,
    passed: count('passed') + count('flaky'),
    failed: count('failed'),
    flaky: count('flaky'),
    skipped: count('skipped'),
    total: tests.length,
    duration_ms,
    tests: tests.slice(0, 200).map(({ title, file, status, duration_ms: took }) => ({
      title,
      file,
      status,
      duration_ms: took,
    })),
    failures: tests
      .filter(({ status }) => status === 'failed')
      .slice(0, 20)
      .map(({ title, message, attachments }) => ({ name: title, message, attachments })),
  };
}
