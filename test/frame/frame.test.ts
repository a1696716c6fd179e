import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the samples that a filter names as `npm test` would. */
function runSample(
  name: string,
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; last: string }> {
  const argv = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/frame/samples/vitest.config.ts', name];
  // Nothing of the run that this test is part of.
  const { VITEST, VITEST_WORKER_ID, VITEST_POOL_ID, STAGEBOOK_REQUIRE_ALL, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      argv,
      { cwd: ROOT, env: { ...rest, NO_COLOR: '1', ...env } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 0;
        resolve({ code, out: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' });
      },
    );
  });
}

it('ends with its counts alone on a line and removes what tests forgot [core.house.last-line] [core.house.leaks]', async () => {
  const { code, out, last } = await runSample('good');
  expect({ code, last }).toEqual({ code: 0, last: '1 passed, 0 failed' });
  const [, folder = ''] = /folder: (\S+)/.exec(out) ?? [];
  expect(folder).toContain('forgotten-');
  expect(existsSync(folder)).toBe(false);
});

it('fails on any failure [core.house.last-line]', async () => {
  expect(await runSample('failing')).toMatchObject({ code: 1, last: '1 passed, 1 failed' });
});

it('lets a test be skipped, except where everything is required [core.house.required-skip]', async () => {
  expect(await runSample('left-out')).toMatchObject({ code: 0, last: '1 passed, 0 failed, 1 skipped' });
  const required = await runSample('left-out', { STAGEBOOK_REQUIRE_ALL: '1' });
  expect(required).toMatchObject({ code: 1, last: '1 passed, 0 failed, 1 skipped' });
  expect(required.out).toContain('left-out.sample.ts > needs what is not there');
});

it('fails when a test leaves a server behind [core.house.leaks]', async () => {
  const { code, out, last } = await runSample('server');
  expect({ code, last }).toEqual({ code: 1, last: '1 passed, 1 failed' });
  expect(out).toContain('leaves behind: TCPServerWrap');
});

it.runIf(process.platform === 'linux')('fails when a test leaves a process behind [core.house.leaks]', async () => {
  const { code, out } = await runSample('process');
  process.kill(Number(/left: (\d+)/.exec(out)?.[1]));
  expect(code).toBe(1);
  expect(out).toContain('Processes that the tests started and did not end');
});
