import { parseOutline, type Block } from '../../shared/outline/index.ts';

const PROPERTY = /^[\w-]+:: /;
const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /;

/**
 * A page of a graph as lines that are the same whichever engine wrote it. Everything counts, times too, but for what differs
 * between two runs of anything:
 * - a run's id is drawn by lot, and so is the digest of what a person was shown, which names the run;
 * - so is the digest of the record up to a line of an incident's timeline, and which number in the record a line has, where
 *   branches go on side by side;
 * - a block's id is made of that number, or, where a step appends a block, of the run's id;
 * - lines of one moment stand in the order of their text: of branches side by side either may be told first;
 * - a property of a page that comes later stands behind those that were there, so their order tells only at which moments the
 *   page was written.
 */
export function comparablePage(text: string, runs: readonly string[]): string[] {
  const own = runs.reduce((all, run, index) => all.replaceAll(run, `<run ${index + 1}>`), text);
  const { preamble, blocks } = parseOutline(own);
  const head = preamble.split('\n').filter((line) => line !== '');
  const properties = head.filter((line) => PROPERTY.test(line)).toSorted();
  return [...properties, ...head.filter((line) => !PROPERTY.test(line)), ...linesOf(blocks, 0)];
}

function linesOf(blocks: readonly Block[], depth: number): string[] {
  const parts = blocks.map((block) => [
    ...block.content.split('\n').map((line) => `${'  '.repeat(depth)}${settled(line)}`),
    ...linesOf(block.children, depth + 1),
  ]);
  const moments = blocks.map(({ content }) => MOMENT.exec(content)?.[0]);
  for (let from = 0, to: number; from < parts.length; from = to) {
    for (to = from + 1; moments[from] !== undefined && moments[to] === moments[from];) to += 1;
    parts.splice(from, to - from, ...parts.slice(from, to).toSorted((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1)));
  }
  return parts.flat();
}

function settled(line: string): string {
  return line
    .replace(/(digest of what was shown: `)[0-9a-f]{64}/, '$1…')
    .replace(/\bline \d+ after (?:[0-9a-f]{12}|nothing)/, 'line … after …')
    .replace(/^id:: [0-9a-f-]{36}$/, 'id:: …');
}
