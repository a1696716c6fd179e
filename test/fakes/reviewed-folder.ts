import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../daemon/clock.ts';
import { openFolder } from '../../daemon/graph/folder.ts';
import { createGraphs } from '../../daemon/graph/graphs.ts';
import { sqliteBlockMemory } from '../../daemon/journal/block-memory.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { sqliteReviews } from '../../daemon/journal/reviews.ts';
import { createReview } from '../../daemon/review/service.ts';
import type { ServerMeans } from '../../daemon/server/office.ts';
import { examinePlanted } from './planted-review.ts';

/** A folder graph with planted findings, and the review of it as a server has it. */
export interface ReviewedFolder {
  folder: string;
  means: Pick<ServerMeans, 'graphs' | 'review'>;
  write(page: string, text: string): void;
  /** Every page's bytes, by file. */
  files(): Record<string, string>;
  remove(): Promise<void>;
}

export function createReviewedFolder(): ReviewedFolder {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-reviewed-'));
  const pages = join(folder, 'pages');
  mkdirSync(pages);
  const database = openDatabase(':memory:');
  const graphs = createGraphs({ clock: systemClock, folders: [folder], openFolder, wake: () => undefined });
  const review = createReview({
    store: sqliteReviews(database),
    memory: sqliteBlockMemory(database),
    clock: systemClock,
    zone: 'UTC',
    graph: (id) => graphs.open(id),
    nameOf: () => 'notes',
    examine: (graph) => examinePlanted(graph, Date.now()),
  });
  return {
    folder,
    means: { graphs, review },
    write: (page, text) => writeFileSync(join(pages, `${page}.md`), text),
    files: () =>
      Object.fromEntries(readdirSync(pages).map((name) => [name, readFileSync(join(pages, name)).toString('base64')])),
    async remove() {
      await graphs.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
