import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteReviews } from '../../../daemon/journal/reviews.ts';
import { createExaminer } from '../../../daemon/review/examiner.ts';
import { createReview } from '../../../daemon/review/service.ts';

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Faults that checks have fixes for, written as people, other programs and other systems write them. */
const PAGES: Record<string, string> = {
  Runbook:
    'tags:: ops\r\n\r\n- call [[Nobdy]] and [[Gone Page]]\r\n\t- under it [as said](((6612a7b5-0000-4c4c-8c8c-0123456789ab)))\r\n\r\n- last',
  Nobody:
    '\uFEFF- knows ![photo](../assets/gone.png) and [a label](../assets/none.pdf)  \n\n\n- [[Runbook]] [[Heads]] [[Keys]]\n',
  Heads:
    '- # One\n- #### Four below\n  collapsed:: true\n  - [[Gone page]] again, and `[[not here]]`\n- text with #[[Nobdy]]\n',
  Keys: `* a star with token ghp_${'a1B2c3D4'.repeat(5).slice(0, 36)}\n  + password: hunter2hunter2\n`,
  Index: '- [[Runbook]] [[Nobody]] [[Heads]] [[Keys]]\n',
};

it('each fix of each check is undone to the byte, and when all were made none of them is found again [review.fix.all] [review.fix.undo]', async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-fixes-'));
  mkdirSync(join(folder, 'pages'));
  mkdirSync(join(folder, 'assets', '2024'), { recursive: true });
  writeFileSync(join(folder, 'assets', '2024', 'gone.png'), 'moved');
  for (const [name, text] of Object.entries(PAGES)) writeFileSync(join(folder, 'pages', `${name}.md`), text);
  const files = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes('.stagebook'))
        .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'base64')]),
    );
  const graph = await openFolder(folder);
  const database = openDatabase(':memory:');
  const { look } = createExaminer({ now: () => Date.now(), zone: 'UTC' });
  const review = createReview({
    store: sqliteReviews(database),
    memory: sqliteBlockMemory(database),
    clock: { now: () => Date.now(), at: () => () => undefined },
    zone: 'UTC',
    graph: () => Promise.resolve(graph),
    nameOf: () => 'notes',
    examine: async (from) => ({ at: Date.now(), ...(await look(from)) }),
  });
  const fixable = async () => (await review.findings('g', { limit: 1_000 })).findings.filter(({ fix }) => fix);
  const before = files();
  const found = await fixable();
  expect(new Set(found.map(({ check }) => check)).size).toBeGreaterThan(4);
  for (const { finding, check, message } of found) {
    const { digest } = await review.preview('g', finding);
    const number = await review.apply('g', finding, digest, 'Ada');
    expect(
      (await fixable()).map((each) => each.finding),
      message,
    ).not.toContain(finding);
    await review.undo('g', number);
    expect(files(), `${check}: ${message}`).toEqual(before);
  }
  for (let left = 50; left > 0; left -= 1) {
    const [next] = await fixable();
    if (!next) break;
    await review.apply('g', next.finding, (await review.preview('g', next.finding)).digest, 'Ada');
  }
  expect((await fixable()).map(({ message }) => message)).toEqual([]);
  await graph.close();
  database.close();
});
