import type { NodeStatus } from '../../../shared/run/state.ts';

/** How a line of the outline stands: as a node does, not started yet, or shown by a dry run and not done. */
export type Standing = NodeStatus | 'shown';

/** Circles are work. The shape says the state: filled is done, empty only shown, a cross failed, half is running, dashed not started. */
const WORK: Readonly<Record<Standing, string>> = {
  pending: '◌',
  running: '◐',
  waiting: '◔',
  completed: '●',
  failed: '⊗',
  cancelled: '⊘',
  skipped: '⊘',
  unknown: '◍',
  shown: '○',
};

/** Squares are requirements: checks, sign-offs, and the gate that holds them. */
const REQUIREMENT: Readonly<Record<Standing, string>> = {
  pending: '⬚',
  running: '◧',
  waiting: '◫',
  completed: '☑',
  failed: '☒',
  cancelled: '⧄',
  skipped: '⧄',
  unknown: '▣',
  shown: '□',
};

const REQUIREMENTS: ReadonlySet<string> = new Set(['gate', 'check', 'sign-off']);

/** The icon of a node; one column wide. */
export function markOf(role: string, standing: Standing): string {
  return (REQUIREMENTS.has(role) ? REQUIREMENT : WORK)[standing];
}
