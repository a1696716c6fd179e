import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a graph of so many pages, each with about 20 blocks, made up from their numbers: the same count gives the same graph.
 * Every page is linked to, and every link leads somewhere, but for one fault on every 50th page.
 */
export function writeReviewGraph(folder: string, pages: number): void {
  for (const name of ['pages', 'journals', 'logseq', 'assets']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, 'logseq', 'config.edn'),
    '{:meta/version 1 :file/name-format :triple-lowbar :journal/page-title-format "MMM do, yyyy"}\n',
  );
  for (let number = 0; number < pages; number += 1)
    writeFileSync(join(folder, 'pages', fileOf(number)), pageText(number, pages));
}

const nameOf = (number: number): string => `${AREAS[number % AREAS.length]} note ${number}`;
export const fileOf = (number: number): string => `${nameOf(number)}.md`;

/** The text of one page; `edit` changes what it says, as a person would. */
export function pageText(number: number, pages: number, edit = 0): string {
  const random = randomFrom(number * 7 + edit * 104_729 + 1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const words = (count: number): string => Array.from({ length: count }, () => pick(WORDS) + pick(ENDS)).join(' ');
  const lines = number % 4 === 0 ? [`type:: note`, `tags:: ${pick(AREAS)}, ${pick(AREAS)}`, ''] : [];
  lines.push(`- ## ${words(3)}`, `- See also [[${nameOf((number + 1) % pages)}]] ${words(4)}`);
  let depth = 0;
  for (let block = 0; block < 18; block += 1) {
    depth = Math.max(0, Math.min(5, depth + pick([-2, -1, 0, 0, 1, 1])));
    const indent = '\t'.repeat(depth);
    const link =
      block % 4 === 1 ? ` [[${nameOf(Math.floor(random() * pages))}]]` : block % 6 === 2 ? ` #${pick(AREAS)}` : '';
    lines.push(`${indent}- ${block % 9 === 3 ? 'TODO ' : ''}${words(6 + Math.floor(random() * 8))}${link}`);
    if (block === 7) lines.push(`${indent}  \`\`\`ts`, `${indent}  const x = '[[not a link]]';`, `${indent}  \`\`\``);
  }
  if (number % 50 === 0) lines.push(FAULTS[(number / 50) % FAULTS.length]!);
  return `${lines.join('\n')}\n`;
}

const FAULTS = [
  '- a link to [[A page that was never written]]',
  '- a block ((65a1f0c2-0d9e-4f57-8b27-6d1f4c3e2a10))',
  '- ![a picture](../assets/missing.png)',
  '- TODO pay the bill\n  DEADLINE: <2020-01-31 Fri>',
];

const AREAS = ['network', 'billing', 'search', 'storage', 'mobile', 'identity', 'metrics', 'support'];
const ENDS = ['', '', '', 's', 'ing', 'ed', 'er'];
const WORDS =
  'deploy restart alert queue cache leader replica index shard token ledger invoice refund ticket agent probe trace span gauge route proxy gateway cluster node volume backup restore snapshot migrate schema table column query latency budget error retry timeout window canary rollout rollback feature flag audit policy quota limit tenant region zone edge origin header cookie session login signup device push badge offline sync merge conflict draft review owner team'.split(
    ' ',
  );

/** A small generator of numbers below 1 (mulberry32): the same for the same seed, on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
