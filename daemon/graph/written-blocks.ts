import type { BlockMemory } from './block-memory.ts';
import { toEntry } from './entry.ts';
import { fingerprint } from './fingerprint.ts';
import type { GraphBlock } from './graph.ts';

/** What the writer remembers of the blocks of a page, for whoever asks whether they stand as they were written. */
export interface WrittenBlocks {
  /** Keys of all blocks that were written and that we have not taken away again. */
  keys: ReadonlySet<string>;
  /** The uuid that the graph gave a block; empty where it gave none. */
  uuid(key: string): string;
  /** Whether a block says what was written last; undefined where that is not remembered. */
  isAsWritten(key: string, block: GraphBlock): boolean | undefined;
}

/** Looks it up once; what is written later is not in it. */
export function writtenBlocks(memory: BlockMemory, graph: string, page: string): WrittenBlocks {
  const entries = new Map(
    [...memory.get(graph, page)]
      .filter(([key]) => !key.startsWith('@') && !key.startsWith(':'))
      .map(([key, each]) => [key, toEntry(each)]),
  );
  return {
    keys: new Set(entries.keys()),
    uuid: (key) => entries.get(key)?.uuid ?? '',
    isAsWritten(key, block) {
      const ours = entries.get(key)?.ours;
      return ours === undefined || ours.size === 0 ? undefined : ours.has(fingerprint(block));
    },
  };
}
