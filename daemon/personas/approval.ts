import { stageOf } from '../../shared/run/stages.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';

/**
 * Whether a person has signed a gate of the same stage, which passed; in a dry run, whether one would be asked at such a gate.
 * Stages may stand side by side in a route or a condition.
 */
export function isApproved(state: RunState, key: NodeKey): boolean {
  const stage = stageOf(state, key);
  if (!stage) return false;
  return [...state.nodes.values()].some(
    ({ key: other, gate }) =>
      gate?.passed === true &&
      (gate.signatures.length > 0 || (state.dryRun && gate.signOffs.length > 0)) &&
      stageOf(state, other) === stage,
  );
}
