import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph, GraphBlock } from '../graph/graph.ts';
import type { WrittenBlocks } from '../graph/written-blocks.ts';

/** What looking at an incident's page gave. */
export interface PageVerdict {
  /** Lines, findings and charts that were changed, deleted or put in another order. */
  problems: string[];
  /** How many blocks and charts stand as they were written, which is not how they would be written now. */
  otherwise: number;
  /** Of what it cannot be told whether somebody changed it. */
  unclear: string[];
}

/** A page as it stands in its graph, and what is remembered of its writing. */
export interface StandingPage {
  name: string;
  graph: Graph;
  memory: BlockMemory;
  written: WrittenBlocks;
  /** The block of a key, wherever it stands. */
  block(key: string): GraphBlock | undefined;
}

/** How a block stands. */
export type Standing = 'same' | 'otherwise' | 'changed' | 'unclear';

/** How a block stands that would be written as `content` now. */
export function standingOf(
  { written }: StandingPage,
  key: string,
  block: GraphBlock,
  content: string | undefined,
): Standing {
  if (block.content.trim() === content?.trim()) return 'same';
  const is = written.isAsWritten(key, block);
  return is === undefined ? 'unclear' : is ? 'otherwise' : 'changed';
}

/** Whether a block that is not there was never written: by another version, which tells the same with other blocks. */
export function wasNeverWritten({ written }: StandingPage, key: string): boolean {
  return written.keys.size > 0 && !written.keys.has(key);
}
