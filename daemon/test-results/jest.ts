import { z } from 'zod';
import { firstLine, type ReadCounts } from './counts.ts';

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number().default(0),
  numTodoTests: z.number().default(0),
  testResults: z
    .array(
      z.object({
        name: z.string().default(''),
        status: z.string().default(''),
        message: z.string().nullish(),
        assertionResults: z
          .array(
            z.object({
              fullName: z.string().default(''),
              status: z.string(),
              failureMessages: z.array(z.string()).nullish(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** The JSON of jest, which vitest writes too (`--reporter=json`). It may stand between other output. */
export const readJest: ReadCounts = (text) => {
  const start = text.search(/\{\s*"num(Total|Failed|Passed)/);
  if (start === -1) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(text.slice(start, text.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
  const parsed = report.safeParse(content);
  if (!parsed.success) return undefined;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = parsed.data;
  const failures = testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({ name: fullName, message: firstLine(failureMessages?.[0] ?? '') })),
  );
  // A file that could not even be loaded has no failed test in the counts.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  failures.push(...broken.map(({ name, message }) => ({ name, message: firstLine(message ?? '') })));
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
    failures,
  };
};
