import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Change, Graph } from '../../../daemon/graph/graph.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { applyFix, previewFix, undoFix } from '../../../daemon/review/apply.ts';
import { createExaminer } from '../../../daemon/review/examiner.ts';
import { createModel } from '../../e2e/host/model/model.ts';
import { ODD_GRAPHS, writeOdd } from '../../fakes/odd-graphs.ts';
import { modelHost } from '../graph/model-host.ts';

const insert = (content: string): Change => ({ kind: 'insert', parent: null, after: null, content });

let folder: string;
let calls: number;
let onDisk: Graph;
let inLogseq: Graph;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-ways-'));
  writeOdd(folder, ODD_GRAPHS.years!);
  onDisk = await openFolder(folder);
  calls = 0;
  const host = modelHost(createModel({ kind: 'file', hostAge: 'new', before: () => void (calls += 1) }));
  inLogseq = await openLogseq(host, { id: onDisk.id, kind: 'file' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a graph of files gives the same findings while Logseq has it open, and Logseq is not asked for its pages [review.index.ways]', async () => {
  const { look } = createExaminer({ now: () => Date.parse('2026-11-21T12:00:00Z'), zone: 'UTC' });
  const { findings, notes } = await look(onDisk);
  expect(findings.length).toBeGreaterThan(10);
  const again = await look(inLogseq);
  expect(again.findings.map(({ id }) => id)).toEqual(findings.map(({ id }) => id));
  expect(again.notes).toEqual(notes);
  expect(calls).toBe(0);
});

it('a fix is made on the page as Logseq has it, and undone there; once Logseq is gone, on the file [review.fix.logseq]', async () => {
  const { look, fixOf, changed } = createExaminer({ now: Date.now, zone: 'UTC' });
  const file = join(folder, 'pages', 'projects___alpha.md');
  const before = readFileSync(file, 'utf8');
  // Logseq has the page, and is a little ahead of the file.
  await inLogseq.change('projects/alpha', null, [insert('[[alpha]] is another name'), insert('typed just now')]);
  const find = async (graph: Graph) =>
    (await look(graph)).findings.find(
      ({ check, page }) => check === 'broken-page-reference' && page === 'projects/alpha',
    );
  const finding = (await find(inLogseq))!;
  const fix = (await fixOf(inLogseq, finding))!;
  const [preview] = await previewFix(inLogseq, fix);
  expect(preview!.before).toContain('typed just now');
  const done = await applyFix(inLogseq, fix);
  await changed(inLogseq, ['projects/alpha']);
  // Mended in Logseq, whenever it comes to saving the file.
  expect(await find(inLogseq)).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe(before);
  await undoFix(inLogseq, done);
  await changed(inLogseq, ['projects/alpha']);
  expect((await find(inLogseq))?.id).toBe(finding.id);

  // What is no longer so in Logseq has no fix there.
  const page = (await inLogseq.read('projects/alpha'))!;
  const block = page.blocks.find(({ content }) => content.includes('[[alpha]]'))!;
  await inLogseq.change('projects/alpha', page.revision, [{ kind: 'update', ref: block.ref, content: 'no link' }]);
  expect(await fixOf(inLogseq, finding)).toBeUndefined();

  const again = (await find(onDisk))!;
  expect(again.id).toBe(finding.id);
  const made = await applyFix(onDisk, (await fixOf(onDisk, again))!);
  expect(readFileSync(file, 'utf8')).toBe(before.replace('[[alpha]]', 'alpha'));
  await undoFix(onDisk, made);
  expect(readFileSync(file, 'utf8')).toBe(before);
});
