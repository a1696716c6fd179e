import type { Json } from '../../json.ts';
import type { NodeKey } from '../../workflow/definition.ts';
import type { RunState } from '../state.ts';

/** What a node remembered: the latest of its key counts. */
export function remember(state: RunState, key: string, value: Json, node: NodeKey, taint: number | undefined): void {
  state.memory.set(key, value);
  state.remembered.push({ key, value, node, ...(taint === undefined ? {} : { taint }) });
}
