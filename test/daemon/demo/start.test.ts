import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from '../pages/mldoc.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const RUNTIME = new URL('../../../daemon/runtime.mjs', import.meta.url).href;

let code: number | null = null;
let printed = '';
let graph = '';

/** What `npm start` runs, without a terminal and with nothing configured. */
beforeAll(async () => {
  code = await new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', RUNTIME, 'daemon/demo/index.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => (printed += String(chunk)));
    child.stderr.on('data', (chunk) => (printed += String(chunk)));
    child.on('close', resolve);
  });
  graph = /^graph: (.*)$/m.exec(printed)?.[1] ?? '';
}, 120_000);
afterAll(() => {
  if (graph) rmSync(dirname(graph), { recursive: true, force: true });
});

it('runs to its end without a terminal and with nothing configured [core.demo.unattended]', () => {
  expect(code, printed).toBe(0);
  expect(printed).toContain('signed as "demo"');
  expect(printed).toMatch(/Isolation in force .*: (bubblewrap|seatbelt|unisolated)/);
});

it('leaves tag, version and GitHub release where they should be, looked up without Stagebook [core.demo.facts]', () => {
  expect(printed.match(/✓ the (tag|version|GitHub release)/g), printed).toHaveLength(3);
  expect(printed).not.toContain('✗');
});

it('ends with the graph on a line of its own, and what to try next [core.demo.graph-line]', () => {
  expect(isAbsolute(graph) && existsSync(join(graph, 'pages'))).toBe(true);
  expect(printed.slice(printed.indexOf('graph: '))).toContain('Next: ');
});

it('leaves its pages, which Logseq’s own parser reads and that tell what they should [core.demo.pages]', () => {
  const pages = readdirSync(join(graph, 'pages')).filter((name) => !name.startsWith('.'));
  expect(pages.map((name) => name.split(' ')[0])).toEqual([
    'Package',
    'Release',
    'Release',
    expect.stringMatching(/^Runs___/),
  ]);
  const text = (start: string): string =>
    readFileSync(
      join(
        graph,
        'pages',
        pages.find((name) => name.startsWith(start))!,
      ),
      'utf8',
    );
  for (const name of pages)
    expect(parse(text(name)).filter(([kind]) => kind === 'Heading').length, name).toBeGreaterThan(5);
  for (const part of [
    'status:: published',
    'approver:: demo',
    'Breaking changes',
    'Known issues',
    'Gates',
    'Requirement',
  ]) {
    expect(text('Release stagebook')).toContain(part);
  }
  for (const part of ['Highlights', 'How to upgrade', 'Breaking changes', 'Next release'])
    expect(text('Release Announcement')).toContain(part);
  for (const part of [
    'workflow:: [[Package release]]',
    'definition:: ',
    'started-by:: demo',
    'Stages',
    'Gates',
    'Timeline',
  ]) {
    expect(text('Runs___')).toContain(part);
  }
});
