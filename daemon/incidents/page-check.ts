import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph, GraphBlock } from '../graph/graph.ts';
import { blockUuid } from '../graph/uuid.ts';
import { findWritten } from '../graph/writer.ts';
import { curatedLines, MOST_LINES } from '../page-parts/incident-timeline.ts';
import type { PageSource } from '../pages/page.ts';
import { lineProblems, type ToldLine } from './line-check.ts';

/** The lines that an incident's page has, in the order of the record, those folded away apart. */
export function linesOf(source: PageSource): { shown: ToldLine[]; folded: ToldLine[]; keys: Map<string, number> } {
  const lines = curatedLines(source);
  const told = (which: typeof lines): ToldLine[] =>
    which.slice(-MOST_LINES).map(({ line, block }) => ({ line: line.seq, content: block.content }));
  return {
    shown: told(lines.filter(({ shown }) => shown)),
    folded: told(lines.filter(({ shown }) => !shown)),
    keys: new Map(lines.map(({ line, block }) => [block.key, line.seq])),
  };
}

/**
 * Holds an incident's page as it stands in its graph against the record. Gives the lines that were changed, deleted or put in
 * another order; undefined when there is no page to look at.
 */
export async function pageProblems(
  graph: Graph,
  memory: BlockMemory,
  name: string,
  source: PageSource,
): Promise<string[] | undefined> {
  const { page } = await findWritten(graph, memory, name);
  if (!page) return undefined;
  const { shown, folded, keys } = linesOf(source);
  const numbers = new Map([...keys].map(([key, line]) => [blockUuid(name, key), line]));
  const remembered = memory.get(graph.id, name);
  for (const [key, line] of keys) {
    const uuid = remembered.get(key)?.uuid;
    if (uuid) numbers.set(uuid, line);
  }
  const inShown = new Set(shown.map(({ line }) => line));
  const told = [...walk(page.blocks)].flatMap(({ uuid, content }): ToldLine[] => {
    const line = uuid === undefined ? undefined : numbers.get(uuid);
    return line === undefined ? [] : [{ line, content }];
  });
  return [
    ...lineProblems(
      shown,
      told.filter(({ line }) => inShown.has(line)),
    ),
    ...lineProblems(
      folded,
      told.filter(({ line }) => !inShown.has(line)),
    ),
  ];
}

function* walk(blocks: readonly GraphBlock[]): Generator<GraphBlock> {
  for (const block of blocks) {
    yield block;
    yield* walk(block.children);
  }
}
