import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { a11yCheck } from '../../../daemon/actions/a11y-check.ts';
import { browserLoadTime } from '../../../daemon/actions/browser-load-time.ts';
import { playwrightTest } from '../../../daemon/actions/playwright-test.ts';
import { readPlaywright } from '../../../daemon/test-results/playwright.ts';
import { testContext } from '../../fakes/action-context.ts';
import { requireProgram } from '../../programs.ts';

const hasChromium = requireProgram('chromium');
const url = 'http://127.0.0.1:{port}/';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'app-'));
});

/** A server of one page, and the settings by which a step starts it. */
function app(body: string) {
  const page = `<!doctype html><html lang="en"><head><title>A page</title></head><body><main>${body}</main></body></html>`;
  writeFileSync(
    join(directory, 'server.mjs'),
    `import http from 'node:http'; import fs from 'node:fs';
fs.writeFileSync('pid', String(process.pid));
http.createServer((_, r) => r.setHeader('content-type', 'text/html').end(${JSON.stringify(page)})).listen(process.env.PORT, '127.0.0.1');`,
  );
  return { directory, url, serve: { argv: ['node', 'server.mjs'] } };
}

/** Whether the server that a step started is there still. */
function isAlive(): boolean {
  try {
    return process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 0);
  } catch {
    return false;
  }
}

describe('an application of a step', () => {
  it('that never answers or ends by itself is said, and nothing of it stays [feature.browser.app]', async () => {
    const run = async (argv: string[], within: string) =>
      browserLoadTime.run(
        browserLoadTime.input.parse({ directory, url, serve: { argv, within } }),
        await testContext(),
      );
    const silent = `require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)`;
    await expect(run(['node', '-e', silent], '1s')).rejects.toMatchObject({ code: 'app.not_ready' });
    expect(isAlive()).toBe(false);
    await expect(run(['node', '-e', 'console.log("no port"); process.exit(4)'], '20s')).rejects.toMatchObject({
      code: 'app.ended',
      failure: { data: { exit_code: 4, output: 'no port' } },
    });
  });
});

describe.runIf(hasChromium)('a11y.check', () => {
  it('finds broken rules and what no keyboard reaches, and ends the application [feature.browser.a11y] [feature.browser.app]', async () => {
    const settings = app(
      '<h1>Hello</h1><a href="/">home</a><button tabindex="-1">no</button><p style="color:#bbb">pale</p><label>Name <input></label>',
    );
    const found = await a11yCheck.run(a11yCheck.input.parse(settings), await testContext());
    expect(found).toMatchObject({ ok: false, title: 'A page', operable: 3, trapped: false });
    expect(found.violations.map(({ id, nodes }) => [id, nodes[0]!.target])).toEqual([['color-contrast', 'p']]);
    expect(found.unreachable.map(({ target }) => target)).toEqual(['body > main > button']);
    expect(isAlive()).toBe(false);
  });

  it('says where the Tab key does not get away from [feature.browser.a11y]', async () => {
    const trap =
      '<h1>Trap</h1><button onkeydown="if (event.key === \'Tab\') event.preventDefault()">a</button><button>b</button>';
    const found = await a11yCheck.run(a11yCheck.input.parse(app(trap)), await testContext());
    expect(found).toMatchObject({ ok: false, violations: [], trapped: true });
    expect(found.unreachable).toHaveLength(1);
  });
});

describe.runIf(hasChromium)('browser.load_time', () => {
  it('is the median of the runs that count [feature.browser.load]', async () => {
    const settings = { ...app('<h1>Hello</h1>'), runs: 2, warm_up: 1 };
    const {
      median_ms: median,
      runs_ms: runs,
      slowest_ms: slowest,
    } = await browserLoadTime.run(browserLoadTime.input.parse(settings), await testContext());
    expect(runs).toHaveLength(2);
    expect(median).toBeCloseTo((runs[0]! + runs[1]!) / 2);
    expect(slowest).toBe(Math.max(...runs));
    expect(median).toBeGreaterThan(0);
  });

  it('of a page that cannot be reached is a failure [feature.browser.load]', async () => {
    const settings = browserLoadTime.input.parse({ url: 'http://127.0.0.1:1/' });
    await expect(browserLoadTime.run(settings, await testContext())).rejects.toMatchObject({
      code: 'browser.unreachable',
    });
  });
});

it('a machine whose browser is not where the configuration says is told what to do [feature.browser.missing]', async () => {
  const context = await testContext({ config: { programs: { chromium: '/nowhere/chromium' } } });
  const settings = browserLoadTime.input.parse({ url: 'http://127.0.0.1:1/' });
  await expect(browserLoadTime.run(settings, context)).rejects.toMatchObject({
    message: expect.stringMatching(/chromium.*\/nowhere\/chromium.*(Install|name its place)/),
  });
});

describe('playwright.test', () => {
  const run = async (more: object = {}) =>
    playwrightTest.run(playwrightTest.input.parse({ directory, ...more }), await testContext());
  const project = (spec: string) => {
    const modules = dirname(dirname(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json'))));
    symlinkSync(modules, join(directory, 'node_modules'), 'junction');
    mkdirSync(join(directory, 'e2e'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(directory, 'playwright.config.js'),
      `export default { testDir: 'e2e', workers: 1, expect: { timeout: 500 }, use: { baseURL: process.env.BASE_URL,
        launchOptions: { executablePath: process.env.CHROMIUM } } };`,
    );
    writeFileSync(join(directory, 'e2e/it.spec.js'), `import { expect, test } from '@playwright/test';\n${spec}`);
  };

  it.runIf(hasChromium)('tells each test, why one failed, and where its trace is [feature.browser.tests]', async () => {
    const settings = app('<h1>Hello</h1>');
    project(`test.describe('the page', () => {
      test('greets', async ({ page }) => { await page.goto('/'); await expect(page.locator('h1')).toHaveText('Hello'); });
      test('says goodbye', async ({ page }) => { await page.goto('/'); await expect(page.locator('h1')).toHaveText('Bye'); });
      test.skip('waves', () => {});
    });`);
    const result = await run(settings);
    expect(result).toMatchObject({ ok: false, passed: 1, failed: 1, skipped: 1, total: 3 });
    expect(result.tests.map(({ title, status }) => [title, status])).toEqual([
      ['the page › greets', 'passed'],
      ['the page › says goodbye', 'failed'],
      ['the page › waves', 'skipped'],
    ]);
    const [failure] = result.failures;
    expect(failure!.name).toBe('the page › says goodbye');
    expect(failure!.message).toContain('toHaveText');
    expect(failure!.attachments.some(({ name, path }) => name === 'trace' && path.endsWith('.zip'))).toBe(true);
    expect(isAlive()).toBe(false);
  });

  it('fails where there is no Playwright, or nothing can be run [feature.browser.tests]', async () => {
    await expect(run()).rejects.toMatchObject({ code: 'playwright.not_installed' });
    project('');
    await expect(run()).rejects.toMatchObject({
      code: 'playwright.no_result',
      message: expect.stringContaining('No tests'),
    });
  });

  it('reads a report only where it is one [feature.browser.tests]', () => {
    expect(readPlaywright('no json')).toBeUndefined();
    expect(readPlaywright('{"suites": 3}')).toBeUndefined();
  });
});
