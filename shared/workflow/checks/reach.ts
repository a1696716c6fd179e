import type { JsonObject } from '../../json.ts';
import { walk, type Node } from '../definition.ts';
import type { ActionShape, Catalogue, Effect } from '../role.ts';

/** Every node that a call leads to, also through the pages that its page calls. */
export function* calledBy(call: Node, catalogue: Catalogue): Generator<Node> {
  const done = new Set<string>();
  const names = [String(call.settings.page)];
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (done.has(name)) continue;
    done.add(name);
    for (const { node } of walk(catalogue.page?.(name)?.definition.body ?? [])) {
      yield node;
      if (node.role === 'call') names.push(String(node.settings.page));
    }
  }
}

/** The action of a step, and what it does with these settings; undefined for an unknown action. */
export function actionOf(step: Node, catalogue: Catalogue): { action: ActionShape; effect: Effect } | undefined {
  const action = catalogue.actions.get(String(step.settings.uses));
  if (!action) return undefined;
  try {
    return { action, effect: action.effect((step.settings.with ?? {}) as JsonObject) };
  } catch {
    // Settings that it cannot judge yet: it may do the worst.
    return { action, effect: 'irreversible' };
  }
}
