import { plain, type Counts, type ReadCounts } from './counts.ts';

/** The summary that a test tool prints for people, one reader a tool. */
const SUMMARIES: readonly ReadCounts[] = [readPytest, readUnittest, readNodeTest, readVitest, readJestText, readMocha];

export const readConsole: ReadCounts = (text) => {
  const clean = plain(text);
  for (const read of SUMMARIES) {
    const counts = read(clean);
    if (counts) return counts;
  }
  return undefined;
};

/** `=== 1 failed, 3 passed, 1 skipped in 0.12s ===`, or without the lines with -q */
function readPytest(text: string): Counts | undefined {
  const line =
    /^=*\s*((?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?|rerun)(?:, )?)+) in [\d.:]+s?.*$/gm;
  const summary = [...text.matchAll(line)].at(-1)?.[1];
  if (summary === undefined) return undefined;
  const count = (...words: string[]) =>
    words.reduce((sum, word) => sum + Number(new RegExp(`(\\d+) ${word}\\b`).exec(summary)?.[1] ?? 0), 0);
  const failures = [...text.matchAll(/^(?:FAILED|ERROR) (\S+)(?: - (.*))?$/gm)];
  return {
    passed: count('passed', 'xpassed'),
    // An error while tests are collected, or before and after one, is a failure that nobody may overlook.
    failed: count('failed', 'errors?'),
    skipped: count('skipped', 'xfailed'),
    failures: failures.map(([, name = '', message = '']) => ({ name, message })),
  };
}

/** `Ran 5 tests in 0.001s`, then `OK (skipped=1)` or `FAILED (failures=1, errors=1)` */
function readUnittest(text: string): Counts | undefined {
  const total = /^Ran (\d+) tests? in [\d.]+s/m.exec(text)?.[1];
  const result = /^(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?\s*$/m.exec(text);
  if (total === undefined || !result) return undefined;
  const count = (word: string) => Number(new RegExp(`(?:^|, )${word}=(\\d+)`).exec(result[1] ?? '')?.[1] ?? 0);
  const failed = count('failures') + count('errors') + count('unexpected successes');
  const skipped = count('skipped') + count('expected failures');
  const failures = [...text.matchAll(/^(?:FAIL|ERROR): (.+)$/gm)].map(([, name = '']) => ({ name, message: '' }));
  return { passed: Math.max(0, Number(total) - failed - skipped), failed, skipped, failures };
}

/** `ℹ tests 5`, `ℹ pass 4`, `ℹ fail 1` … (node --test) */
function readNodeTest(text: string): Counts | undefined {
  const count = (word: string) => [...text.matchAll(new RegExp(`^[ℹ#] ${word} (\\d+)$`, 'gm'))].at(-1)?.[1];
  const [passed, failed] = [count('pass'), count('fail')];
  if (passed === undefined || failed === undefined) return undefined;
  const skipped = Number(count('skipped') ?? 0) + Number(count('todo') ?? 0);
  const after = text.slice(text.indexOf('failing tests:'));
  const names =
    Number(failed) > 0 ? [...after.matchAll(/^\s*✖ (.+?) \([\d.]+ms\)$/gm)].map(([, name = '']) => name) : [];
  const failures = [...new Set(names)].map((name) => ({ name, message: '' }));
  return { passed: Number(passed), failed: Number(failed) + Number(count('cancelled') ?? 0), skipped, failures };
}

/** `      Tests  1 failed | 3 passed | 1 skipped (5)` (vitest) */
function readVitest(text: string): Counts | undefined {
  const summary = [...text.matchAll(/^\s*Tests\s+((?:\d+ \w+(?: \| )?)+) \(\d+\)/gm)].at(-1)?.[1];
  if (summary === undefined) return undefined;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const errors = Number(/^\s*Errors\s+(\d+) errors?/m.exec(text)?.[1] ?? 0);
  const failures = [...text.matchAll(/^\s*FAIL\s+(.+)$/gm)].map(([, name = '']) => ({
    name: name.trim(),
    message: '',
  }));
  return {
    passed: count('passed'),
    failed: count('failed') + errors,
    skipped: count('skipped') + count('todo'),
    failures,
  };
}

/** `Tests:       1 failed, 1 skipped, 3 passed, 5 total` (jest) */
function readJestText(text: string): Counts | undefined {
  const summary = /^Tests:\s+(.*\d+ total)$/m.exec(text)?.[1];
  if (summary === undefined) return undefined;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  const failures = [...text.matchAll(/^\s*● (.+ › .+)$/gm)].map(([, name = '']) => name);
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped') + count('todo'),
    failures: [...new Set(failures)].map((name) => ({ name, message: '' })),
  };
}

/** `  3 passing (12ms)`, `  1 failing`, `  1 pending` (mocha) */
function readMocha(text: string): Counts | undefined {
  const count = (word: string) => new RegExp(`^\\s*(\\d+) ${word}\\b`, 'm').exec(text)?.[1];
  if (!/^\s*\d+ passing \(/m.test(text)) return undefined;
  const failures = [...text.matchAll(/^ {2}\d+\) (.+):?$/gm)].map(([, name = '']) => ({ name, message: '' }));
  return {
    passed: Number(count('passing')),
    failed: Number(count('failing') ?? 0),
    skipped: Number(count('pending') ?? 0),
    failures,
  };
}
