import { fail } from '../../shared/failure.ts';
import { walk } from '../../shared/workflow/definition.ts';
import type { Action } from '../actions/action.ts';
import type { Pinned } from './definitions.ts';

/**
 * Refuses a run without a graph whose steps write pages, called pages' steps included: it would come as far as the first of
 * them, with everything before it done. Throws `run.no_graph`.
 */
export function requireGraph(pinned: Pinned, actions: ReadonlyMap<string, Action>): void {
  for (const definition of [pinned.definition, ...Object.values(pinned.pages)]) {
    for (const { node } of walk(definition.body)) {
      if (node.role !== 'step' || !actions.get(String(node.settings.uses))?.needsGraph) continue;
      throw fail(
        'invalid',
        'run.no_graph',
        `“${pinned.definition.header.title}” writes pages (${node.title}), so it needs a graph: name its folder with --graph, or under graphs in config.yaml.`,
      );
    }
  }
}
