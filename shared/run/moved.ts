import type { NodeKey } from '../workflow/definition.ts';
import type { Moved } from './event.ts';

/** What going on with an edited page changes, as half a sentence: `2 nodes added, 1 changed; “Good to go” is asked anew`. */
export function movedText(
  { changes, gates }: Pick<Moved, 'changes' | 'gates'>,
  title: (node: NodeKey) => string,
): string {
  const counts = (['added', 'removed', 'changed'] as const)
    .filter((how) => changes[how].length > 0)
    .map((how, index) => `${changes[how].length}${index === 0 ? nodes(changes[how].length) : ''} ${how}`);
  const what = counts.length === 0 ? 'its nodes stand in another order' : counts.join(', ');
  if (gates.length === 0) return what;
  const asked = gates.map((gate) => `“${title(gate)}”`).join(', ');
  return `${what}; ${asked} ${gates.length === 1 ? 'is' : 'are'} asked anew`;
}

function nodes(count: number): string {
  return count === 1 ? ' node' : ' nodes';
}
