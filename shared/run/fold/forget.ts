import type { Json } from '../../json.ts';
import type { NodeKey } from '../../workflow/definition.ts';
import type { NodeState, RunState } from '../state.ts';

/** A node as if it had not been entered, but for what it was called and how often it began; with `names` only those decisions go. */
export function forget(state: RunState, key: NodeKey, names?: string[]): void {
  const node = state.nodes.get(key);
  if (!node) return;
  const decisions = names ? node.decisions : {};
  for (const name of names ?? []) delete decisions[name];
  state.nodes.set(key, pending(node, decisions));
  state.waiting.delete(key);
  state.remembered = state.remembered.filter((entry) => entry.node !== key);
  state.memory = new Map(state.remembered.map((entry) => [entry.key, entry.value]));
}

/** A node that is still to come, with what stays decided in it. */
export function pending(node: NodeState, decisions: Record<string, Json>): NodeState {
  return {
    key: node.key,
    ...(node.role ? { role: node.role } : {}),
    ...(node.title === undefined ? {} : { title: node.title }),
    status: 'pending',
    starts: node.starts,
    startedAt: node.startedAt,
    decisions,
    timers: {},
  };
}
