/**
 * Pages as people write them in Logseq, made up from a seed: properties, nested bullets, tasks, links, code, tables, quotes,
 * logbooks. The same number gives the same page; the average is a little over 2 KB.
 */
export function graphPage(number: number): string {
  const random = randomFrom(number + 1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const words = (least: number, most: number): string =>
    Array.from({ length: least + Math.floor(random() * (most - least)) }, () => pick(WORDS)).join(' ');
  const lines = number % 3 === 0 ? [`title:: ${words(2, 4)}`, `tags:: ${pick(WORDS)}, ${pick(WORDS)}`, ''] : [];
  let depth = 0;
  while (lines.reduce((size, line) => size + line.length + 1, 0) < 2_000) {
    depth = Math.max(0, Math.min(6, depth + pick([-2, -1, -1, 0, 0, 0, 1, 1])));
    const indent = '\t'.repeat(depth);
    lines.push(`${indent}- ${pick(MARKS)}${words(4, 18)} ${pick(INLINE)}`);
    const [first, ...rest] = pick(UNDER);
    if (first !== undefined) lines.push(...[first, ...rest].map((line) => `${indent}  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

const WORDS =
  'release outline the page of a plan with notes about tests and registry people read block journal before review idea Zürich naïve 計画 🙂'.split(
    ' ',
  );

const MARKS = ['', '', '', '', '', 'TODO ', 'DONE [#A] ', '## ', '**Note** '];

const INLINE = [
  '',
  '',
  '[[Project/Stagebook]]',
  '#idea',
  '((65a1f0c2-0d9e-4f57-8b27-6d1f4c3e2a10))',
  '[a link](https://example.org/a?b=c)',
  '`code` and *more*',
  '{{embed [[Another page]]}}',
  '$x^2$',
];

const UNDER: readonly (readonly string[])[] = [
  [],
  [],
  [],
  [],
  ['id:: 65a1f0c2-0d9e-4f57-8b27-6d1f4c3e2a10', 'collapsed:: true'],
  ['A second paragraph in the same block, with a [[link]].', '', 'And a third.'],
  ['```yaml', 'uses: git.push', 'with: { directory: "${{ inputs.directory }}" }', '- not a block', '```'],
  ['| name | value |', '| --- | --- |', '| coverage | 81.2 |'],
  ['> quoted', '> twice'],
  [':LOGBOOK:', 'CLOCK: [2026-01-31 Sat 10:00:00]--[2026-01-31 Sat 10:30:00] =>  00:30:00', ':END:'],
  ['#+BEGIN_NOTE', 'Mind the gap.', '#+END_NOTE'],
];

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
