import { pathOf, walk, type Definition } from '../../shared/workflow/definition.ts';
import type { NodeStatus } from '../../shared/run/state.ts';
import type { Coverage } from './coverage.ts';
import type { Played } from './run.ts';

/** Circles are work, as everywhere; the shape says the state. */
const MARKS: Readonly<Record<NodeStatus, string>> = {
  pending: '◌',
  running: '◐',
  waiting: '◔',
  completed: '●',
  failed: '✗',
  cancelled: '⊘',
  skipped: '⊝',
  unknown: '?',
};

/** A failed scenario: what differed, then the outline with the state that every node came to. */
export function failureReport(
  name: string,
  differed: readonly string[],
  played: Played,
  definition: Definition,
): string[] {
  const states = new Map([...played.state.nodes.values()].map((node) => [pathOf(node.key), node]));
  const lines = [`✗ ${name}`, ...differed.map((line) => `    ${line}`)];
  for (const { node, path } of walk(definition.body)) {
    if (node.role === 'check' || node.role === 'sign-off') continue;
    const state = states.get(path);
    const depth = path.split('/').length;
    const failure = state?.status === 'failed' && state.failure ? `  ${state.failure.code}` : '';
    lines.push(
      `    ${'  '.repeat(depth - 1)}${state ? MARKS[state.status] : '◌'} ${node.title || node.role}${failure}`,
    );
  }
  return lines;
}

/** What is covered, in one line, and each thing that is not. */
export function coverageReport(coverage: Coverage): string[] {
  const both = coverage.gates * 2 - coverage.oneWay.length;
  return [
    `nodes ${coverage.reached}/${coverage.nodes}, gate outcomes ${both}/${coverage.gates * 2}`,
    ...coverage.missing.map((path) => `    never reached: ${path}`),
    ...coverage.oneWay.map(({ path, never }) => `    never ${never}: ${path}`),
  ];
}
