import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConsole } from '../../../daemon/test-results/console.ts';
import { readJest } from '../../../daemon/test-results/jest.ts';
import { readJunit } from '../../../daemon/test-results/junit.ts';
import { readTap } from '../../../daemon/test-results/tap.ts';

const counts = (passed: number, failed: number, skipped: number) => ({ passed, failed, skipped });

describe('results in JUnit’s XML [core.action.test]', () => {
  it('are counted by test case, through suites in suites', () => {
    const text = `<?xml version="1.0" encoding="utf-8"?>
      <testsuites tests="99"><testsuite name="a"><testcase classname="m.A" name="one"/>
      <testcase classname="m.A" name="two"><failure message="1 &lt; 2&#10;more">trace</failure></testcase>
      <testsuite><testcase name="three"><error>boom
      trace</error></testcase><testcase name="four"><skipped/></testcase></testsuite></testsuite></testsuites>`;
    expect(readJunit(text)).toEqual({
      ...counts(1, 2, 1),
      failures: [
        { name: 'm.A › two', message: '1 < 2' },
        { name: 'three', message: 'boom' },
      ],
    });
  });

  it('may be one suite, an empty one, or no results at all', () => {
    expect(readJunit('<testsuite><testcase name="a"></testcase></testsuite>')).toMatchObject(counts(1, 0, 0));
    expect(readJunit('<?xml version="1.0"?>\n<testsuites/>')).toMatchObject(counts(0, 0, 0));
    for (const text of ['<html><body/></html>', 'text with <testsuite>', '', '<?xml version="1.0"?><coverage/>'])
      expect(readJunit(text)).toBeUndefined();
  });

  it('read no file and expand nothing that is not theirs', () => {
    const text =
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]><testsuites><testsuite><testcase name="&file;"><failure message="&file;"/></testcase></testsuite></testsuites>';
    expect(JSON.stringify(readJunit(text) ?? '')).not.toContain('root:');
  });
});

describe('results in the JSON of jest and vitest', () => {
  const file = (status: string, tests: object[] = [], message = '') => ({
    name: '/x/a.test.ts',
    status,
    message,
    assertionResults: tests,
  });

  it('count files that could not be loaded as failed', () => {
    const testResults = [
      file('failed', [
        { fullName: 'adds', status: 'failed', failureMessages: ['expected 1 to be 2\n  at x'] },
        { fullName: 'b', status: 'passed' },
      ]),
      file('failed', [], 'SyntaxError: no\n at'),
      file('passed', [{ fullName: 'c', status: 'todo' }]),
    ];
    const report = {
      numTotalTests: 4,
      numPassedTests: 1,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults,
    };
    expect(readJest(`npm output\n${JSON.stringify(report)}\n`)).toEqual({
      ...counts(1, 2, 2),
      failures: [
        { name: 'adds', message: 'expected 1 to be 2' },
        { name: '/x/a.test.ts', message: 'SyntaxError: no' },
      ],
    });
  });

  it('are nothing else', () => {
    for (const text of ['{}', '{"numTotalTests":', '{"numTotalTests":"x"}', '']) expect(readJest(text)).toBeUndefined();
  });
});

describe('results in TAP', () => {
  it('are the points that are not indented', () => {
    const text =
      'TAP version 14\nok 1 - a\n    ok 1 - inner\n    not ok 2 - inner two\nnot ok 2 - b\n  ---\n  message: "broken: badly"\n  ...\nok 3 - c # SKIP later\nnot ok 4 - d # TODO not yet\n1..4\n';
    expect(readTap(text)).toEqual({
      ...counts(1, 1, 2),
      failures: [
        { name: 'inner two', message: '' },
        { name: 'b', message: 'broken: badly' },
      ],
    });
  });

  it('are what the tool sums up, and a suite is no failure of its own', () => {
    const text =
      "TAP version 13\n# Subtest: s\n    not ok 1 - t\n      ---\n      type: 'test'\n      error: |-\n        1 is not 2\n        more\n      ...\n    1..1\nnot ok 1 - s\n  ---\n  type: 'suite'\n  ...\n1..1\n# tests 1\n# pass 0\n# fail 1\n# cancelled 0\n# skipped 2\n# todo 1\n";
    expect(readTap(text)).toEqual({ ...counts(0, 1, 3), failures: [{ name: 't', message: '1 is not 2' }] });
  });
});

describe('results as tools print them for people', () => {
  it.each([
    ['pytest', '== 2 failed, 3 passed, 1 skipped, 1 xfailed, 4 warnings in 0.12s ==', counts(3, 2, 2)],
    ['pytest -q', '....\n4 passed in 0.01s\n', counts(4, 0, 0)],
    ['pytest that cannot collect', 'ERROR test_x.py - SyntaxError: bad\n==== 1 error in 0.05s ====', counts(0, 1, 0)],
    ['unittest', 'Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=1, skipped=1)\n', counts(2, 2, 1)],
    ['unittest, all well', 'Ran 5 tests in 0.001s\n\nOK\n', counts(5, 0, 0)],
    ['node:test', 'ℹ tests 5\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\n', counts(2, 2, 1)],
    [
      'vitest',
      '\u001b[2m Test Files \u001b[22m 1 failed (1)\n\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[31m1 failed\u001b[39m | 3 passed | 1 skipped\u001b[90m (5)\u001b[39m\n',
      counts(3, 1, 1),
    ],
    ['vitest with a stray error', '      Tests  3 passed (3)\n     Errors  1 error\n', counts(3, 1, 0)],
    ['jest', 'Tests:       1 failed, 2 skipped, 3 passed, 6 total\n', counts(3, 1, 2)],
    ['mocha', '\n  3 passing (12ms)\n  1 pending\n  2 failing\n', counts(3, 2, 1)],
  ])('%s', (_, text, expected) => {
    expect(readConsole(text)).toMatchObject(expected);
  });

  it('are not seen where there are none', () => {
    for (const text of ['', 'make: *** [test] Error 1', '3 passed', 'Ran away', 'all 12 failed in style'])
      expect(readConsole(text)).toBeUndefined();
  });

  it('never throw, whatever a program prints', () => {
    const word = fc.constantFrom(
      'Tests',
      ' 3 passed',
      '1 failed,',
      'ℹ pass 2\n',
      '===',
      'in 0.1s',
      '(5)',
      '\n',
      ' | ',
      'ok 1',
      'TAP version 13',
      '---',
      '<testsuite',
      '>',
      '{"numTotalTests":1',
      '}',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.string()), { maxLength: 40 }).map((words) => words.join('')),
        (text) => {
          for (const read of [readConsole, readTap, readJunit, readJest]) {
            const found = read(text);
            for (const number of found ? [found.passed, found.failed, found.skipped] : [])
              expect(number).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});
