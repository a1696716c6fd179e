import { pathOf, type NodeKey } from '../workflow/definition.ts';
import { stageOf } from './stages.ts';
import type { NodeState, RunState } from './state.ts';

/**
 * Where a run has to begin again to get past a gate whose checks did not hold: they judge what steps before it have found,
 * and that is on record, so that going on where it stopped would judge the same again. The stage of the first step that was
 * judged, which may be before the gate's own; where something since then cannot be taken back any more, that step. Undefined
 * for any other end, and for a gate in a branch that the run went on without.
 */
export function lookAgainFrom(state: RunState): string | undefined {
  const nodes = [...state.nodes.values()];
  const gate = nodes.findLast(({ key, gate: asked }) => asked?.passed === false && isFatal(state, key));
  const failed = gate?.gate?.checks.filter(({ held }) => !held) ?? [];
  if (!gate || failed.length === 0) return undefined;
  const judged = new Set(failed.flatMap(({ that }) => [...that.matchAll(/\bsteps\.(\w+)/g)].map(([, id]) => id)));
  const step = nodes.find(({ key }) => judged.has(idOf(key)));
  const stage = stageOf(state, (step ?? gate).key);
  const since = stage === undefined ? [] : nodes.slice(nodes.findIndex(({ key }) => key === stage.key));
  const isCrossed = since.some(({ status, step: done }) => status === 'completed' && done?.effect === 'irreversible');
  const from: NodeState | undefined = stage === undefined || isCrossed ? step : stage;
  return from && idOf(from.key);
}

/** Whether it failed, and everything around it with it. */
function isFatal({ nodes }: RunState, key: NodeKey): boolean {
  const parts = key.split('/');
  return parts.every((_, index) => {
    const at = parts.slice(0, index + 1).join('/');
    const node = nodes.get(at) ?? nodes.get(at.replace(/(?:\[\d+\]|#\d+)+$/, ''));
    return node === undefined || node.status === 'failed';
  });
}

const idOf = (key: string): string => pathOf(key).split('/').at(-1)!;
