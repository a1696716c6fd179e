import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/**
 * Ends the output with one plain line, `N passed, N failed`, that scripts can read. Where everything is required
 * (`STAGEBOOK_REQUIRE_ALL=1`) a test that was skipped or is still to be written fails the run, and is named.
 */
export default class LastLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: 'passed' | 'failed') => tests.filter((test) => test.result().state === state).length;
    const notRun = tests.filter((test) => !['passed', 'failed'].includes(test.result().state));
    // A file that did not load, a hook that threw, an error outside of any test: each counts as one that failed.
    const outside = errors.length + modules.reduce((sum, module) => sum + errorsOutsideTests(module), 0);
    if (notRun.length > 0 && process.env.STAGEBOOK_REQUIRE_ALL === '1') {
      process.exitCode = 1;
      console.error(`\nEverything is required here, but these did not run:\n${notRun.map(named).join('\n')}`);
    }
    const skipped = notRun.length > 0 ? `, ${notRun.length} skipped` : '';
    const line = `${inState('passed')} passed, ${inState('failed') + outside} failed${skipped}`;
    process.once('exit', () => console.log(line));
  }
}

function errorsOutsideTests(module: TestModule): number {
  const suites = [...module.children.allSuites()];
  return module.errors().length + suites.reduce((sum, suite) => sum + suite.errors().length, 0);
}

const named = (test: TestCase) => `  ${test.module.relativeModuleId} > ${test.fullName}`;
