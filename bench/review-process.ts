import { openFolderIndex } from '../daemon/graph-index/folder-index.ts';
import { reviewGraph } from '../daemon/review/review.ts';
import { edit, type ReviewFigures } from './review.ts';
import { median, timed } from './statistics.ts';

const AGAIN = 9;

/** `node review-process.ts FOLDER PAGES`: reviews it cold and after changes, and prints what that took. */
const [folder = '', pages = '0'] = process.argv.slice(2);
const started = performance.now();
const { index, settings, refresh } = await openFolderIndex(folder);
const look = () => reviewGraph(index, { settings, now: Date.now(), zone: 'UTC' });
await look();
const cold = performance.now() - started;
const again: number[] = [];
for (let time = 0; time < AGAIN; time += 1) {
  edit(folder, Number(pages), time);
  again.push(
    await timed(async () => {
      await refresh();
      await look();
    }),
  );
}
let blocks = 0;
for (const page of index.pages()) blocks += page.blocks;
const figures: ReviewFigures = {
  blocks,
  cold,
  again: median(again),
  megabytes: process.resourceUsage().maxRSS / 1_000,
};
console.log(JSON.stringify(figures));
