import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUNTIME = new URL('../../../daemon/runtime.mjs', import.meta.url).href;

/** What `npm run demo feature` runs, without a terminal and with nothing configured. */
function demo(env: NodeJS.ProcessEnv = process.env): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', RUNTIME, 'daemon/demo/index.ts', 'feature'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
    child.on('close', (code) => resolve({ code, printed }));
  });
}

describe.runIf(requireProgram('chromium'))('the feature demo', () => {
  let code: number | null = null;
  let printed = '';
  let graph = '';
  beforeAll(async () => {
    ({ code, printed } = await demo());
    graph = /^graph: (.*)$/m.exec(printed)?.[1] ?? '';
  }, 180_000);
  afterAll(() => {
    if (graph) rmSync(dirname(graph), { recursive: true, force: true });
  });

  it('goes from the story to the merge by itself, and says who wrote the code [feature.demo.unattended]', () => {
    expect(code, printed).toBe(0);
    expect(printed).toContain('by a script in the place of a person');
    for (const suite of [
      'Backend',
      'Frontend',
      'End to end',
      'Accessibility',
      'Integration',
      'Performance',
      'Coverage',
    ])
      expect(printed).toMatch(new RegExp(`☑ ${suite}: .*`));
    expect(printed).toContain('signed as "demo"');
  });

  it('leaves a merge, an approval and a feature that works, looked up without Stagebook [feature.demo.facts]', () => {
    expect(printed.match(/✓ (the pull request is merged|somebody else approved|a notice can be posted)/g)).toHaveLength(
      3,
    );
    expect(printed).not.toContain('✗');
  });

  it('writes the design page, with every criterion done [feature.demo.unattended]', () => {
    const pages = join(graph, 'pages');
    const page = readFileSync(join(pages, 'Feature Design - post-a-notice.md'), 'utf8');
    expect(page).toContain('status:: merged');
    expect(page.match(/- DONE /g)).toHaveLength(7);
    expect(page).not.toContain('- TODO ');
    expect(page).toContain('| `POST /api/notices` | Post a notice |');
    expect(readdirSync(pages).filter((name) => name.startsWith('Runs___'))).toHaveLength(1);
  });
});

it('says in one sentence what to do where there is no browser, and makes nothing [feature.demo.remedy]', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'nothing-'));
  const { code, printed } = await demo({
    ...process.env,
    // Git and npm would be there; a browser is not, and Playwright has downloaded none.
    PATH: [dirname(process.execPath), empty].join(delimiter),
    PLAYWRIGHT_BROWSERS_PATH: empty,
  });
  expect(code).toBe(1);
  expect(printed.trim().split('\n')).toHaveLength(1);
  expect(printed).toMatch(/no Chromium here.*apt-get install chromium.*npx playwright install chromium/);
  expect(existsSync(empty) && readdirSync(empty)).toEqual([]);
});
