import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Graph } from '../../../daemon/graph/graph.ts';
import { applyFix, undoFix } from '../../../daemon/review/apply.ts';
import { createExaminer } from '../../../daemon/review/examiner.ts';
import { PLANTED_TODAY, writePlanted } from '../../fakes/planted-graph.ts';

let folder: string;
let graph: Graph;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-fixes-'));
  writePlanted(folder);
  graph = await openFolder(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { look } = createExaminer({ now: () => Date.parse(`${PLANTED_TODAY}T12:00:00Z`), zone: 'UTC' });
const fixable = async () => (await look(graph)).findings.filter(({ fix }) => fix !== undefined);

function bytes(): Map<string, string> {
  const all = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true }) as string[]) {
    // Locks of the graph's own are kept apart from its pages.
    if (statSync(join(folder, path)).isFile() && !path.includes('.stagebook'))
      all.set(path, readFileSync(join(folder, path), 'base64'));
  }
  return all;
}

it('leaves every file as it was, to the byte, after each fix was made and undone [review.checks.fixes]', async () => {
  const before = bytes();
  const findings = await fixable();
  expect(new Set(findings.map(({ check }) => check))).toEqual(
    new Set(['secret', 'broken-page-reference', 'broken-block-reference', 'dead-asset', 'stale-page', 'heading-jump']),
  );
  for (const { fix, message } of findings) {
    const done = await applyFix(graph, fix!);
    expect(bytes(), message).not.toEqual(before);
    await undoFix(graph, done);
    expect(bytes(), message).toEqual(before);
  }
});

it('finds nothing again that was fixed [review.checks.fixes]', async () => {
  const first = new Set((await fixable()).map(({ id }) => id));
  for (let left = await fixable(); left.length > 0; left = await fixable()) {
    await applyFix(graph, left[0]!.fix!);
    const after = (await look(graph)).findings.map(({ id }) => id);
    expect(after, left[0]!.message).not.toContain(left[0]!.id);
  }
  expect((await look(graph)).findings.filter(({ id }) => first.has(id))).toEqual([]);
}, 60_000);

it('leaves a text that reads well where a link is taken off, and tells secrets apart when one is mended [review.checks.fixes]', async () => {
  const other = mkdtempSync(join(tmpdir(), 'stagebook-fixes-'));
  try {
    mkdirSync(join(other, 'pages'));
    const file = join(other, 'pages', 'Notes.md');
    writeFileSync(
      file,
      '- [label]([[Gone]]) and [[Gone]] #[[Gone]]\r\n- {{embed [[Gone]]}}\r\n- password: Tr0ub4dor&3xyz\r\n- the other password: Tr0ub4dor&4xyz\r\n',
    );
    const notes = await openFolder(other);
    const mend = async (message: string) => {
      const finding = (await look(notes)).findings.find((each) => each.message.includes(message) && each.fix)!;
      await applyFix(notes, finding.fix!);
      expect((await look(notes)).findings.map(({ id }) => id)).not.toContain(finding.id);
    };
    await mend('“Gone”');
    await mend('“password”');
    await mend('password');
    expect(readFileSync(file, 'utf8')).toBe(
      '- label and Gone #[[Gone]]\r\n- Gone\r\n- password: ‹secret›\r\n- the other password: ‹secret›\r\n',
    );
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});
