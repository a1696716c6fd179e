import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import type { IndexedGraph } from '../../../daemon/graph-index/indexed-graph.ts';
import { reviewGraph } from '../../../daemon/review/review.ts';
import { PLANTED_TODAY, writePlanted } from '../../fakes/planted-graph.ts';

it('after any edits a review finds what a review from the start finds [review.index.incremental]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-again-'));
  const review = async ({ index, settings }: IndexedGraph): Promise<string[]> => {
    const now = Date.parse(`${PLANTED_TODAY}T12:00:00Z`);
    const { findings } = await reviewGraph(index, { settings, now, zone: 'UTC' });
    // Of two pages of one name or text, either may be told.
    return findings.filter(({ check }) => !/twin|duplicate/.test(check)).map(({ id, message }) => `${id} ${message}`);
  };
  try {
    writePlanted(folder);
    const kept = await openFolderIndex(folder);
    await review(kept);
    const pages = join(folder, 'pages');
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 12; round += 1) {
      for (let edit = 0; edit < 5; edit += 1) {
        const names = readdirSync(pages).filter((name) => name.endsWith('.md'));
        const file = join(pages, names[random(names.length)]!);
        const other = readFileSync(join(pages, names[random(names.length)]!), 'utf8');
        const kind = random(6);
        if (kind === 0) rmSync(file);
        else if (kind === 1) renameSync(file, join(pages, `Moved ${round}-${edit}.md`));
        else if (kind === 2) writeFileSync(join(pages, `New ${round}-${edit}.md`), other);
        else if (kind === 3) writeFileSync(file, other);
        else if (kind === 4) appendFileSync(file, '\n- TODO more [[Coffee machine]] #tag ![x](../assets/gone.png)\n');
        else writeFileSync(file, `type:: runbook\n\n- [[New ${round}-1]] [[Moved ${round}-2]] {{query [[Lonely]]}}\n`);
      }
      await kept.refresh();
      expect(await review(kept)).toEqual(await review(await openFolderIndex(folder)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
