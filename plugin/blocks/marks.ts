import type { NodeState } from '../../shared/run/state.ts';
import type { NodeKey, NodePath } from '../../shared/workflow/definition.ts';
import { childrenOf, type Scene } from './scene.ts';

/** The executions of a container's one part, by the number in their mark: `#2` for an attempt, `[3]` for an iteration. */
export function marked(scene: Scene, path: NodePath, key: NodeKey, mark: '#' | '['): Map<number, NodeState> {
  const found = new Map<number, NodeState>();
  const start = `${key}${mark}`;
  for (const part of childrenOf(scene, path)) {
    for (const state of scene.executions(part.path)) {
      if (!state.key.startsWith(start) || state.status === 'pending') continue;
      found.set(Number.parseInt(state.key.slice(start.length), 10), state);
    }
  }
  return found;
}

/** A setting that is a number as written; undefined while it is an expression. */
export function count(setting: unknown): number | undefined {
  return typeof setting === 'number' ? setting : undefined;
}
