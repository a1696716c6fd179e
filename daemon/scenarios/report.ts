import type { Definition } from '../../shared/workflow/definition.ts';
import { markOf } from '../cli/progress/marks.ts';
import { rowsOf, type Row } from '../cli/progress/rows.ts';
import type { Coverage } from './coverage.ts';
import type { Difference } from './expect.ts';
import type { Played } from './run.ts';

/**
 * A failed scenario: what differed, then the outline with how every node stands, marked where it differed. What is inside a
 * node that was never reached is left out, unless it differs.
 */
export function failureReport(
  name: string,
  differed: readonly Difference[],
  { state }: Played,
  definition: Definition,
): string[] {
  const rows = rowsOf(state, definition, state.endedAt ?? state.startedAt);
  const reached = new Set(rows.filter(wasReached).map(({ path }) => path));
  const lines = [`✗ ${name}`, ...differed.map(({ text }) => `    ${text}`)];
  for (const row of rows) {
    const about = differed.filter(({ node }) => node === row.path || (node && row.path.endsWith(`/${node}`)));
    const parent = row.path.slice(0, Math.max(0, row.path.lastIndexOf('/')));
    if (about.length === 0 && parent !== '' && !reached.has(parent)) continue;
    const fact = row.fact === '0 ms' ? '' : row.fact;
    const facts = [fact, row.failure, ...about.map(({ text }) => `← ${text}`)].filter(Boolean);
    lines.push(`    ${['  '.repeat(row.depth) + markOf(row.role, row.standing), row.title, ...facts].join('  ')}`);
  }
  return lines;
}

const wasReached = ({ standing }: Row): boolean => standing !== 'pending' && standing !== 'skipped';

/** What is covered, in one line, and each thing that is not. */
export function coverageReport(coverage: Coverage): string[] {
  const both = coverage.gates * 2 - coverage.oneWay.length;
  return [
    `nodes ${coverage.reached}/${coverage.nodes}, gate outcomes ${both}/${coverage.gates * 2}`,
    ...coverage.missing.map((path) => `    never reached: ${path}`),
    ...coverage.oneWay.map(({ path, never }) => `    never ${never}: ${path}`),
  ];
}
