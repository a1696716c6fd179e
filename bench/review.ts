import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';
import { fileOf, pageText, writeReviewGraph } from './review-graph.ts';
import { round } from './statistics.ts';

const PAGES = 10_000;

/** What a process of its own measured: in this one, what other benches left would count. */
export interface ReviewFigures {
  blocks: number;
  cold: number;
  again: number;
  megabytes: number;
}

export const review: Bench = {
  name: 'review',
  summary: 'A graph of 10,000 pages and 200,000 blocks reviewed from its folder, and again after one page changed',
  async run() {
    const [small, normal, large] = [measure(1_000), measure(PAGES), measure(50_000)];
    return Promise.resolve([
      { what: 'blocks', value: normal.blocks, unit: 'blocks' },
      {
        what: 'the whole graph, cold [review.index.bench]',
        value: round(normal.cold),
        unit: 'ms',
        target: { atMost: 3_000 },
      },
      {
        what: 'after one page changed [review.index.bench]',
        value: round(normal.again),
        unit: 'ms',
        target: { atMost: 150 },
      },
      {
        what: 'memory at most [review.index.bench]',
        value: round(normal.megabytes),
        unit: 'MB',
        target: { atMost: 400 },
      },
      { what: 'a page of 1,000', value: round((small.cold / 1_000) * 1_000), unit: 'µs' },
      { what: 'a page of 10,000', value: round((normal.cold / PAGES) * 1_000), unit: 'µs' },
      { what: 'a page of 50,000', value: round((large.cold / 50_000) * 1_000), unit: 'µs' },
      {
        what: 'a page of 50,000 to one of 10,000 [review.index.bench]',
        value: round(large.cold / 50_000 / (normal.cold / PAGES), 2),
        unit: '×',
        target: { atMost: 1.3 },
      },
    ]);
  },
};

function measure(pages: number): ReviewFigures {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-bench-'));
  try {
    writeReviewGraph(folder, pages);
    const script = fileURLToPath(new URL('review-process.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, folder, String(pages)], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the review of ${pages} pages ended with ${status}: ${stderr}`);
    return JSON.parse(stdout) as ReviewFigures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Changes one page of the graph, as a person would. */
export function edit(folder: string, pages: number, time: number): void {
  const number = (time * 37 + 11) % pages;
  writeFileSync(join(folder, 'pages', fileOf(number)), pageText(number, pages, time + 1));
}
