/** What a test run comes to. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Those that failed, as far as the report names them. */
  failures: TestFailure[];
}

export interface TestFailure {
  name: string;
  /** The first line of why. */
  message: string;
}

/** A report in one format: `undefined` when the text is not of this format. */
export type ReadCounts = (text: string) => Counts | undefined;

export const none: Readonly<Omit<Counts, 'failures'>> = { passed: 0, failed: 0, skipped: 0 };

/** Adds reports of several parts of one run. */
export function addCounts(all: readonly Counts[]): Counts {
  return all.reduce<Counts>(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
      failures: [...sum.failures, ...one.failures],
    }),
    { ...none, failures: [] },
  );
}

/** Colours and other marks of a terminal. */
export function plain(text: string): string {
  return text.replaceAll(/\u001B\[[0-9;?]*[ -/]*[@-~]/g, '');
}

export function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').trim().slice(0, 300);
}
