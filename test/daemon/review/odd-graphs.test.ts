import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import { look } from '../../../daemon/review/review.ts';
import { ODD_GRAPHS, writeOdd } from '../../fakes/odd-graphs.ts';

it.each(Object.entries(ODD_GRAPHS))(
  'finds what is wrong with a graph as people really have it, and nothing else: %s [review.checks.odd]',
  async (_name, odd) => {
    const folder = mkdtempSync(join(tmpdir(), 'stagebook-odd-'));
    try {
      writeOdd(folder, odd);
      const { index, settings } = await openFolderIndex(folder);
      const found: string[] = [];
      const request = { settings, now: Date.parse('2026-11-21T12:00:00Z'), zone: 'UTC' };
      for await (const { check, found: each } of look(index, request, [])) {
        found.push(`${check.check} | ${each.page.name} | ${each.about ?? ''}`);
      }
      expect(found.sort()).toEqual(odd.faults.toSorted());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
