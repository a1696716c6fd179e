import type { GraphBlock, GraphPage } from '../graph/graph.ts';
import type { PageSource, SourceBlock } from './facts-of.ts';

/** A page of a graph's port as the facts of it are read. */
export function sourceOf(page: GraphPage): Omit<PageSource, 'kind'> {
  return {
    name: page.name,
    revision: page.revision,
    properties: page.properties,
    blocks: blocksOf(page),
    text: () => page.text ?? '',
  };
}

/** Without recursion: a page may be nested deeper than the stack. */
function* blocksOf(page: GraphPage): Iterable<SourceBlock> {
  const left: { block: GraphBlock; depth: number }[] = [];
  const push = (blocks: readonly GraphBlock[], depth: number): void => {
    for (let at = blocks.length - 1; at >= 0; at -= 1) left.push({ block: blocks[at]!, depth });
  };
  push(page.blocks, 0);
  for (let next = left.pop(); next; next = left.pop()) {
    const { ref, uuid, content, properties, children } = next.block;
    yield { ref, uuid, depth: next.depth, content, properties };
    push(children, next.depth + 1);
  }
}
