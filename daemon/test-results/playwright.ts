import { z } from 'zod';
import { firstLine, plain } from './counts.ts';

/** One test of a Playwright run, as its JSON reporter tells it. */
export interface PlaywrightTest {
  title: string;
  file: string;
  project: string;
  status: 'passed' | 'failed' | 'flaky' | 'skipped';
  duration_ms: number;
  /** Of a test that did not pass: the first line, without colours. */
  message: string;
  /** Traces, screenshots and videos of its last try. */
  attachments: { name: string; path: string }[];
}

export interface PlaywrightReport {
  tests: PlaywrightTest[];
  /** What kept tests from being run at all: a broken configuration, no tests, no browser. */
  errors: string[];
  duration_ms: number;
}

const error = z.looseObject({ message: z.string().optional(), stack: z.string().optional() });
const result = z.looseObject({
  duration: z.number().default(0),
  errors: z.array(error).default([]),
  attachments: z.array(z.looseObject({ name: z.string(), path: z.string().optional() })).default([]),
});
const spec = z.looseObject({
  title: z.string(),
  file: z.string().default(''),
  tests: z.array(
    z.looseObject({
      projectName: z.string().default(''),
      status: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
      results: z.array(result).default([]),
    }),
  ),
});
interface Suite {
  title: string;
  specs: z.infer<typeof spec>[];
  suites: Suite[];
}
const suite: z.ZodType<Suite> = z.looseObject({
  title: z.string().default(''),
  specs: z.array(spec).default([]),
  get suites() {
    return z.array(suite).default([]);
  },
});
const report = z.looseObject({
  suites: z.array(suite).default([]),
  errors: z.array(error).default([]),
  stats: z.looseObject({ duration: z.number().default(0) }),
});

const STATUS = { expected: 'passed', unexpected: 'failed', flaky: 'flaky', skipped: 'skipped' } as const;

/** Reads what the JSON reporter of Playwright wrote; undefined when the text is something else. */
export function readPlaywright(text: string): PlaywrightReport | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = report.safeParse(content);
  if (!parsed.success) return undefined;
  const { suites, errors, stats } = parsed.data;
  return {
    tests: suites.flatMap((top) => testsOf(top, [])),
    errors: errors.map(said),
    duration_ms: Math.round(stats.duration),
  };
}

function testsOf({ title, specs, suites }: Suite, above: readonly string[]): PlaywrightTest[] {
  // The outermost suite is the file, which is told apart.
  const inner = (next: Suite): string[] => [...above, next.title].filter((part) => part !== '');
  return [
    ...specs.flatMap((one) =>
      one.tests.map((test) => {
        const last = test.results.at(-1);
        return {
          title: [...above, one.title].join(' › '),
          file: one.file || title,
          project: test.projectName,
          status: STATUS[test.status],
          duration_ms: Math.round(test.results.reduce((sum, { duration }) => sum + duration, 0)),
          message: test.status === 'unexpected' ? (last?.errors.map(said)[0] ?? '') : '',
          attachments: (last?.attachments ?? []).flatMap(({ name, path }) => (path ? [{ name, path }] : [])),
        };
      }),
    ),
    ...suites.flatMap((next) => testsOf(next, inner(next))),
  ];
}

const said = ({ message, stack }: z.infer<typeof error>): string => firstLine(plain(message ?? stack ?? ''));
