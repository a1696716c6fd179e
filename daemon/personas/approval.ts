import type { RunState } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';

/** Whether a person has signed a gate of the same stage, which passed. */
export function isApproved({ nodes }: RunState, key: NodeKey): boolean {
  const stage = key.split('/', 1)[0]!;
  return [...nodes.values()].some(
    ({ key: other, gate }) => other.split('/', 1)[0] === stage && gate?.passed === true && gate.signatures.length > 0,
  );
}
