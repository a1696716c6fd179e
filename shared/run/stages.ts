import type { NodeKey } from '../workflow/definition.ts';
import type { NodeState, RunState } from './state.ts';

/** The innermost stage that a node is, or is in; undefined outside of any. */
export function stageOf({ nodes }: Pick<RunState, 'nodes'>, key: NodeKey): NodeState | undefined {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const node = nodes.get(at) ?? nodes.get(at.replace(/(?:\[\d+\]|#\d+)+$/, ''));
    if (node?.role === 'stage') return node;
  }
  return undefined;
}

/** The stages in which something goes on or waits, the one that was begun last behind. */
export function stagesInForce(state: RunState): NodeState[] {
  if (state.status !== 'running' && state.status !== 'waiting') return [];
  return [...state.nodes.values()].filter(
    ({ role, status }) => role === 'stage' && (status === 'running' || status === 'waiting'),
  );
}

/** Whom an agent works as in a stage: the stage's persona, or the one that a person gave the agent instead. */
export function personaIn(stage: NodeState | undefined): string | undefined {
  return stage?.switched ?? stage?.persona;
}
