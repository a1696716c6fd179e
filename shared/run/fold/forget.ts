import type { Json } from '../../json.ts';
import type { NodeKey } from '../../workflow/definition.ts';
import type { Forgotten } from '../event.ts';
import type { NodeState, RunState } from '../state.ts';

/** Nodes as if they had not been entered, but for what they were called and how often they began; with `names` only those decisions go. */
export function forget(state: RunState, forgotten: readonly Forgotten[]): void {
  const gone = new Set<NodeKey>();
  for (const { node: key, names } of forgotten) {
    const node = state.nodes.get(key);
    if (!node) continue;
    const decisions = names ? node.decisions : {};
    for (const name of names ?? []) delete decisions[name];
    state.nodes.set(key, pending(node, decisions));
    state.waiting.delete(key);
    gone.add(key);
  }
  state.remembered = state.remembered.filter((entry) => !gone.has(entry.node));
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
