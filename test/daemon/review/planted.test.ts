import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checks } from '../../../daemon/review/checks/index.ts';
import { measuredLines, measureGraph, type Measured } from '../../../daemon/review/measure.ts';
import { createDesk } from '../../fakes/stagebook.ts';
import { plant, writePlanted } from '../../fakes/planted-graph.ts';

let folder: string;
let measured: Measured[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-planted-'));
  writePlanted(folder);
  measured = await measureGraph(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds every planted fault, and nothing that only looks like one [review.checks.precise]', () => {
  expect(measuredLines(measured, 50).filter((line) => /, (?:missed|wrong): /.test(line))).toEqual([]);
  for (const { check, precision, recall } of measured) {
    expect(precision, check).toBeGreaterThanOrEqual(0.98);
    expect(recall, check).toBeGreaterThanOrEqual(0.98);
  }
});

it('has a planted fault for every check but those that need a catalogue of actions [review.checks.precise]', () => {
  const planted = new Set(plant().labels.map(({ check }) => check));
  expect(checks.map(({ check }) => check).filter((check) => !planted.has(check))).toEqual(['workflow-tool-gone']);
});

it('prints precision and recall of any labelled graph, and fails where a check is not good enough [review.checks.measure]', async () => {
  const desk = createDesk();
  try {
    const good = await desk.run('review', folder, '--measure');
    expect(good.out).toMatch(/^check +labels +found +precision +recall\n/);
    expect(good.out).toMatch(/^secret +5 +5 +1\.000 +1\.000$/m);
    expect(good.code, good.err + good.out).toBe(0);
    const labels = join(desk.folder, 'labels.json');
    writeFileSync(labels, JSON.stringify({ findings: [{ check: 'orphans', page: 'Good links' }] }));
    const bad = await desk.run('review', folder, '--measure', labels);
    expect(bad.out).toContain('orphan, missed: Good links');
    expect(bad.code).toBe(1);
    writeFileSync(labels, JSON.stringify({ findings: [{ check: 'no-such-check', page: 'x' }] }));
    await expect(measureGraph(folder, labels)).rejects.toMatchObject({ code: 'review.labels' });
  } finally {
    await desk.remove();
  }
});
