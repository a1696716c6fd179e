import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { figuresSince } from '../../../daemon/figures/figures.ts';
import { quantile } from '../../../daemon/figures/quantile.ts';
import { writeFigures } from '../../../daemon/figures/write.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
const folders: string[] = [];
afterEach(() => {
  test.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A run that waits so many minutes and has a gate; it fails at the gate when `good` is false. */
async function runFor(minutes: number, good = true): Promise<void> {
  await test.run(
    workflowOf(
      node('wait', 'a_while', { for: `${minutes}m` }),
      step('look', 'act.read', { with: { name: 'look' } }),
      node('gate', 'well', {}, node('check', 'good', { that: String(good) })),
    ),
  );
}

it('counts runs, stages and gates of each workflow, with median and spread, and no dry run [incident.observe.figures]', async () => {
  test = await createTestEngine();
  const since = test.clock.now();
  for (const minutes of [2, 4, 10]) await runFor(minutes);
  await runFor(1, false);
  await test.run(workflowOf(step('look', 'act.read', { with: { name: 'look' } })), {}, { dryRun: true });
  const means = { database: test.database, definition: (run: string) => test.engine.definition(run) };
  const [figures, ...others] = figuresSince(since, means);
  expect(others).toEqual([]);
  expect(figures!.runs.map(({ outcome, tookMs }) => [outcome, tookMs / 60_000])).toEqual([
    ['failed', 1],
    ['completed', 10],
    ['completed', 4],
    ['completed', 2],
  ]);
  expect(figures!.stages).toEqual([{ title: 'work', persona: 'tester', tookMs: [600_000, 240_000, 120_000] }]);
  expect(figures!.gates).toEqual([{ title: 'well', passed: 3, rejected: 1 }]);
  expect(figuresSince(test.clock.now() + 1, means)).toEqual([]);
});

it('writes them on a page with a chart, and the same figures change nothing [incident.observe.figures]', async () => {
  test = await createTestEngine();
  const since = test.clock.now();
  for (const minutes of [2, 4]) await runFor(minutes);
  const means = { database: test.database, definition: (run: string) => test.engine.definition(run) };
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-figures-'));
  folders.push(folder);
  const graph = await openFolder(folder);
  const memory = sqliteBlockMemory(test.database);
  const source = { figures: figuresSince(since, means), since, now: test.clock.now() };
  expect(await writeFigures(graph, memory, source)).toBe('Workflow figures');
  const page = (): string => readFileSync(join(folder, 'pages', 'Workflow figures.md'), 'utf8');
  const written = page();
  expect(written).toContain('2 runs: 2 completed, 0 failed, 0 cancelled.');
  expect(written).toContain('| The whole run | 3 min | 2 min 30 s to 3 min 30 s | 2 min to 4 min | 2 |');
  expect(written).toContain('| well | 2 | 0 |');
  const chart = /\.\.\/assets\/(stagebook-figures-[\w-]+\.svg)/.exec(written)![1]!;
  expect(readFileSync(join(folder, 'assets', chart), 'utf8')).toContain('minutes from start to end');
  await writeFigures(graph, memory, source);
  expect(page()).toBe(written);
});

it('takes quantiles between two numbers', () => {
  expect([0, 0.25, 0.5, 1].map((share) => quantile([10, 20, 30], share))).toEqual([10, 15, 20, 30]);
});
