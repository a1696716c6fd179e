import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { testRun } from '../../../daemon/actions/test.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { requireProgram } from '../../programs.ts';

const hasPython = requireProgram('python');
const hasPytest = requireProgram('pytest');

let directory: string;
let context: TestContext;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tests-'));
  context = await testContext({ config: { programs: { 'python-of-the-system': '/usr/bin/python3' } } });
});

const put = (name: string, text: string) => writeFile(path.join(directory, name), text);
const run = (command: string[], more = {}) =>
  testRun.run(testRun.input.parse({ directory, command, ...more }), context);

const NODE_TESTS = `
  import { test, describe } from 'node:test';
  import assert from 'node:assert';
  import { half } from './half.mjs';
  test('halves', () => assert.equal(half(4), 2));
  describe('odd numbers', () => test('are refused', () => assert.equal(half(3), 1)));
  test('later', { skip: true }, () => {});
`;

describe('test.run with node:test', () => {
  beforeEach(async () => {
    await put(
      'half.mjs',
      'export function half(n) {\n  if (n % 2) {\n    throw new Error("odd: " + n);\n  }\n  return n / 2;\n}\n',
    );
    await put('half.test.mjs', NODE_TESTS);
  });

  it.each(['spec', 'tap', 'junit'])(
    'reads counts from the output of its %s reporter; failing tests are a result [core.action.test]',
    async (reporter) => {
      const result = await run(['node', '--test', `--test-reporter=${reporter}`]);
      expect(result).toMatchObject({
        ok: false,
        exit_code: 1,
        passed: 1,
        failed: 1,
        skipped: 1,
        total: 3,
        coverage: 0,
        coverage_file: '',
      });
      expect(result.failures).toHaveLength(1);
      expect(result.failures[0]?.name).toContain('are refused');
      expect(context.logged.length).toBeGreaterThan(3);
    },
  );

  it('reads report files and coverage [core.action.test]', async () => {
    const reporters = ['spec:stdout', 'junit:junit.xml', 'lcov:lcov.info'].flatMap((pair) => {
      const [reporter, target] = pair.split(':');
      return [`--test-reporter=${reporter}`, `--test-reporter-destination=${target}`];
    });
    const command = [
      'node',
      '--test',
      '--experimental-test-coverage',
      '--test-coverage-exclude=*.test.mjs',
      ...reporters,
    ];
    const result = await run(command, { reports: ['junit.xml'] });
    expect(result).toMatchObject({
      passed: 1,
      failed: 1,
      coverage: 100,
      coverage_file: path.join(directory, 'lcov.info'),
    });
    expect(result.failures[0]).toMatchObject({ message: expect.stringContaining('odd: 3') });
  });

  it('does not take an old report for a new result', async () => {
    await put('junit.xml', '<testsuite><testcase name="old"/></testsuite>');
    await put('lcov.info', 'SF:a\nLF:1\nLH:1\nend_of_record\n');
    expect(await run(['node', '--test'])).toMatchObject({ coverage: 0, failed: 1 });
    await expect(run(['node', '--test'], { reports: ['junit.xml'] })).rejects.toMatchObject({
      code: 'test.no_result',
      message: expect.stringContaining('has not written junit.xml'),
    });
    await expect(run(['node', '--test'], { coverage: 'lcov.info' })).rejects.toMatchObject({
      code: 'test.no_coverage',
    });
  });
});

describe('test.run with Python', () => {
  it.runIf(hasPython)('reads unittest', async () => {
    await put(
      'test_it.py',
      'import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass\n    def test_b(self): self.fail("no")\n',
    );
    expect(await run(['python3', '-m', 'unittest'])).toMatchObject({
      ok: false,
      passed: 1,
      failed: 1,
      failures: [{ name: expect.stringContaining('test_b') }],
    });
  });

  it.runIf(hasPytest)('reads pytest with its coverage as Cobertura and as lcov', async () => {
    await put('thing.py', 'def thing(n):\n    if n:\n        return 1\n    return 2\n');
    await put(
      'test_thing.py',
      'from thing import thing\nimport pytest\ndef test_a(): assert thing(1) == 1\ndef test_b(): assert thing(1) == 3\n@pytest.mark.skip\ndef test_c(): pass\n',
    );
    for (const format of ['xml', 'lcov']) {
      const command = [
        'python-of-the-system',
        '-m',
        'pytest',
        '-p',
        'no:cacheprovider',
        '--cov=thing',
        `--cov-report=${format}`,
      ];
      const result = await run(command);
      expect(result).toMatchObject({ ok: false, exit_code: 1, passed: 1, failed: 1, skipped: 1, coverage: 75 });
      expect(result.failures[0]).toMatchObject({
        name: 'test_thing.py::test_b',
        message: expect.stringContaining('assert 1 == 3'),
      });
    }
    const junit = await run(['python-of-the-system', '-m', 'pytest', '--junitxml=out/j.xml'], {
      reports: ['out/j.xml'],
    });
    expect(junit).toMatchObject({ passed: 1, failed: 1, skipped: 1, total: 3 });
  });
});

describe('test.run with vitest', () => {
  it('reads its JSON and its summary', async () => {
    const vitest = path.resolve('node_modules/vitest/vitest.mjs');
    await put(
      'a.test.mjs',
      `import { it, expect } from ${JSON.stringify(path.resolve('node_modules/vitest/dist/index.js'))};\nit('adds', () => expect(1 + 1).toBe(2));\nit('fails', () => expect(1).toBe(2));\n`,
    );
    await put('vitest.config.mjs', 'export default { test: { include: ["*.test.mjs"], cache: false } };\n');
    const counts = { exit_code: 1, passed: 1, failed: 1, failures: [{ name: expect.stringContaining('fails') }] };
    const reports = ['.vitest/json/output.json'];
    expect(await run(['node', vitest, 'run', '--reporter=json'], { reports })).toMatchObject(counts);
    expect(await run(['node', vitest, 'run'])).toMatchObject(counts);
  });
});

describe('test.run with anything else', () => {
  it('fails when nobody can tell what came of it [core.action.test]', async () => {
    await expect(run(['no-such-runner'])).rejects.toMatchObject({ code: 'process.not_found' });
    await expect(run(['node', '-e', 'console.error("no such script"); process.exit(1)'])).rejects.toMatchObject({
      code: 'test.no_result',
      failure: { retryable: false, data: { exit_code: 1, output: 'no such script' } },
    });
    await expect(run(['node', '-e', 'process.kill(process.pid, "SIGKILL")'])).rejects.toMatchObject({
      code: 'test.no_result',
    });
    await expect(run(['node', '-e', 'setInterval(() => {}, 1000)'], { limit: '300ms' })).rejects.toMatchObject({
      code: 'process.timeout',
    });
  });

  it('takes the exit code alone where the command counts nothing', async () => {
    expect(await run(['node', '-e', ''], { counts: 'none' })).toMatchObject({ ok: true, exit_code: 0, total: 0 });
    expect(await run(['node', '-e', 'process.exit(3)'], { counts: 'none' })).toMatchObject({
      ok: false,
      exit_code: 3,
      failed: 0,
    });
  });

  it('is not well when the command says so, though every test passed', async () => {
    expect(await run(['node', '-e', 'console.log("4 passed in 0.1s"); process.exit(1)'])).toMatchObject({
      ok: false,
      passed: 4,
      failed: 0,
      exit_code: 1,
    });
  });

  it('gives the command its variables', async () => {
    expect(
      await run(['node', '-e', 'console.log(process.env.HOW_MANY + " passed in 0.1s")'], { env: { HOW_MANY: '7' } }),
    ).toMatchObject({ passed: 7 });
  });
});
