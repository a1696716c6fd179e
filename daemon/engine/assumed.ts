import { strongest, type Assumed } from '../../shared/run/assumed.ts';
import type { Json } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import { keysIn, mentionedIn } from './taint.ts';
import type { NodeScope } from './scope.ts';

// A dry run goes on over what it did not do: its outputs are assumed, and so is whatever is made of them.

/** How far what settings mention in `${{ }}`, and bare expressions besides, is assumed; undefined where all of it is known. */
export function assumedIn(
  settings: Json,
  scope: NodeScope,
  run: Pick<RunState, 'remembered' | 'nodes'>,
  expressions: readonly string[] = [],
): Assumed | undefined {
  let found: Assumed | undefined;
  for (const { steps, roots, paths } of mentionedIn(settings, expressions)) {
    for (const id of steps) found = strongest(found, scope.get(id)?.assumed);
    for (const root of roots) {
      if (root === 'memory') for (const key of keysIn(paths)) found = strongest(found, remembered(run, key));
      else found = strongest(found, scope.assumedOf(root));
    }
  }
  return found;
}

/** How far a key of the memory is, or all of them together are. */
function remembered(run: Pick<RunState, 'remembered' | 'nodes'>, key: string | undefined): Assumed | undefined {
  const by = (node: string): Assumed | undefined => run.nodes.get(node)?.assumed;
  if (key !== undefined) return by(run.remembered.findLast((entry) => entry.key === key)?.node ?? '');
  return run.remembered.reduce<Assumed | undefined>((found, { node }) => strongest(found, by(node)), undefined);
}
