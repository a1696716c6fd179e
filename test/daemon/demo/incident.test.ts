import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../programs.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUNTIME = new URL('../../../daemon/runtime.mjs', import.meta.url).href;

interface Shown {
  code: number | null;
  printed: string;
  /** The pages that are left, by their names. */
  pages: Record<string, string>;
  root: string;
}

/** What `npm run demo incident` runs, without a terminal and with nothing configured. */
async function show(...options: string[]): Promise<Shown> {
  let printed = '';
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, ['--import', RUNTIME, 'daemon/demo/index.ts', 'incident', ...options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => (printed += String(chunk)));
    child.stderr.on('data', (chunk) => (printed += String(chunk)));
    child.on('close', resolve);
  });
  const graph = /^graph: (.*)$/m.exec(printed)?.[1] ?? '';
  const folder = join(graph, 'pages');
  const files = graph === '' ? [] : readdirSync(folder);
  const pages = Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  return { code, printed, pages, root: graph === '' ? '' : dirname(graph) };
}

describe.runIf(requireProgram('prometheus'))('the incident demo', () => {
  let mended: Shown;
  let left: Shown;
  beforeAll(async () => {
    [mended, left] = await Promise.all([show(), show('--without-fix')]);
  }, 240_000);
  afterAll(() => {
    for (const shown of [mended, left]) if (shown?.root) rmSync(shown.root, { recursive: true, force: true });
  });

  it('goes from the alert to the post-mortem, and the recovery is in the metrics [incident.demo.recovers]', () => {
    expect(mended.code, mended.printed).toBe(0);
    expect(mended.printed).toContain('began by itself');
    expect(mended.printed).toMatch(/☑ Recovered/);
    expect(mended.printed).not.toContain('✗');
    expect(mended.printed).toContain('✓ stagebook verify asks every source again');
    expect(mended.printed.match(/ {2}✓ /g)).toHaveLength(7);
  });

  it('leaves pages with what was found, each with its query [incident.demo.recovers]', () => {
    const [incident, postMortem] = [/^INC-.*\.md$/, /^Post-mortem INC-.*\.md$/].map(
      (name) => Object.entries(mended.pages).find(([file]) => name.test(file))?.[1] ?? '',
    );
    expect(incident).toContain('status:: Closed');
    expect(incident).toContain('no connection free after');
    expect(incident).toContain('pool_in_use');
    expect(postMortem).toContain('give connections back also when there is no such order');
  });

  it('takes back by itself what did not help, and stays open [incident.demo.rolls-back]', () => {
    expect(left.code, left.printed).toBe(0);
    expect(left.printed).toMatch(/☒ Recovered: .*Share of failing requests was/);
    expect(left.printed).toContain('✓ the release before is what runs again');
    expect(left.printed).not.toContain('✗');
    // It is open for as long as the alert fires. A Prometheus that gets no time sees nothing and ends it; only then it is over.
    const pages = Object.entries(left.pages);
    const [, incident = ''] = pages.find(([file]) => file.startsWith('INC-')) ?? [];
    expect(incident).toMatch(/^status:: /m);
    const isOver = incident.includes('status:: Closed');
    expect(pages.some(([file]) => file.startsWith('Post-mortem'))).toBe(isOver);
  });
});
