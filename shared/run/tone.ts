import { isShown } from './assumed.ts';
import type { NodeState, NodeStatus, RunStatus } from './state.ts';

/** How a node or a run stands, as its icon says it on a block and in the panel; one word each for those who do not see it. */
export const TONES = {
  idle: 'not started',
  run: 'running',
  wait: 'waiting',
  ok: 'done',
  bad: 'failed',
  skip: 'skipped',
  stop: 'cancelled',
  unknown: 'outcome unknown',
  shown: 'shown, not done',
} as const;
export type Tone = keyof typeof TONES;

const TONE_OF_NODE: Readonly<Record<NodeStatus, Tone>> = {
  pending: 'idle',
  running: 'run',
  waiting: 'wait',
  completed: 'ok',
  failed: 'bad',
  cancelled: 'stop',
  skipped: 'skip',
  unknown: 'unknown',
};

/** How one execution of a node stands. */
export function toneOfNode(node: Pick<NodeState, 'status' | 'assumed'>): Tone {
  return isShown(node) ? 'shown' : TONE_OF_NODE[node.status];
}

const TONE_OF_RUN: Readonly<Record<RunStatus, Tone>> = {
  running: 'run',
  waiting: 'wait',
  completed: 'ok',
  failed: 'bad',
  cancelling: 'run',
  cancelled: 'stop',
  suspended: 'wait',
};

const WORD_OF_RUN: Readonly<Record<RunStatus, string>> = {
  running: 'Running',
  waiting: 'Waiting for a person',
  completed: 'Completed',
  failed: 'Failed',
  cancelling: 'Being cancelled',
  cancelled: 'Cancelled',
  suspended: 'Suspended',
};

type Ended = { status: RunStatus; dryRun: boolean };

/** How a run stands; a dry run has done nothing when it is over. */
export function toneOfRun({ status, dryRun }: Ended): Tone {
  return dryRun && status === 'completed' ? 'shown' : TONE_OF_RUN[status];
}

export function wordOfRun({ status, dryRun }: Ended): string {
  return dryRun && status === 'completed' ? 'Dry run over' : WORD_OF_RUN[status];
}

/** A run in which something can still happen by itself or by a person's answer. */
export function isActive(status: RunStatus): boolean {
  return status === 'running' || status === 'waiting' || status === 'cancelling';
}
