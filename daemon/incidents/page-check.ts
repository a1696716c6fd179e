import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph, GraphBlock } from '../graph/graph.ts';
import { blockUuid } from '../graph/uuid.ts';
import { findWritten } from '../graph/writer.ts';
import { curatedLines, MOST_LINES, type LinePart } from '../page-parts/incident-timeline.ts';
import { evidenceBlocks } from '../page-parts/incident-evidence.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { lineProblems, short, type ToldLine } from './line-check.ts';

/** The blocks of an incident's lines that its page has, in the order of the record, those folded away apart. */
export function linesOf(source: PageSource): {
  shown: ToldLine[];
  folded: ToldLine[];
  keys: Map<string, Pick<ToldLine, 'line' | 'part'>>;
} {
  const lines = curatedLines(source);
  const told = (which: typeof lines): ToldLine[] =>
    which
      .slice(-MOST_LINES)
      .flatMap(({ line, parts }) =>
        parts.map(({ part, block }) => ({ ...nameOf(line.seq, part), content: block.content })),
      );
  return {
    shown: told(lines.filter(({ shown }) => shown)),
    folded: told(lines.filter(({ shown }) => !shown)),
    keys: new Map(
      lines.flatMap(({ line, parts }) => parts.map(({ part, block }) => [block.key, nameOf(line.seq, part)] as const)),
    ),
  };
}

function nameOf(line: number, part: LinePart): Pick<ToldLine, 'line' | 'part'> {
  return part === 'line' ? { line } : { line, part };
}

/**
 * Holds an incident's page as it stands in its graph against the record. Gives the lines, findings and charts that were changed, deleted or put in
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
  const names = new Map([...keys].map(([key, named]) => [blockUuid(name, key), named]));
  const remembered = memory.get(graph.id, name);
  for (const [key, named] of keys) {
    const uuid = remembered.get(key)?.uuid;
    if (uuid) names.set(uuid, named);
  }
  const inShown = new Set(shown.map(({ line }) => line));
  const blocks = [...walk(page.blocks)];
  const told = blocks.flatMap(({ block, parent }): ToldLine[] => {
    const named = names.get(block.uuid ?? '');
    if (!named) return [];
    // What stands beneath a line belongs there, and nowhere else.
    const under = named.part === undefined ? undefined : (names.get(parent?.uuid ?? '')?.line ?? -1);
    return [{ ...named, content: block.content, ...(under === undefined ? {} : { under }) }];
  });
  return [
    ...(await findingProblems(source, graph, (key) => {
      const uuids = [blockUuid(name, key), remembered.get(key)?.uuid];
      return {
        now: blocks.find(({ block }) => block.uuid !== undefined && uuids.includes(block.uuid))?.block.content,
        wasWritten: remembered.has(key),
      };
    })),
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

/** Findings that say something else than on record, or are gone: what they say, what they stand on, and how that is drawn. */
async function findingProblems(
  { state, zone }: PageSource,
  graph: Graph,
  contentOf: (key: string) => { now: string | undefined; wasWritten: boolean },
): Promise<string[]> {
  const problems: string[] = [];
  for (const finding of evidenceBlocks(state, zone)) {
    const told = short(finding.content);
    for (const { key, content, asset } of flat(finding)) {
      const { now, wasWritten } = contentOf(key);
      const chart = `the chart of the finding ${told}`;
      if (now === undefined) {
        // Where a graph keeps no files a drawing is left out.
        if (!asset)
          problems.push(
            `${key === finding.key ? 'the finding' : 'what stands beneath the finding'} ${told} is missing`,
          );
        else if (wasWritten && graph.asset) problems.push(`${chart} is missing`);
      } else if (now.trim() !== content.trim()) {
        const what = asset
          ? chart
          : key === finding.key
            ? `the finding ${told}`
            : `what stands beneath the finding ${told}`;
        problems.push(`${what} was changed: it says ${short(now)}`);
      } else if (asset && graph.asset) {
        const drawn = await graph.asset(asset.name);
        if (drawn !== asset.content) problems.push(`${chart} ${drawn === null ? 'is missing' : 'was changed'}`);
      }
    }
  }
  return problems;
}

function flat(block: DocBlock): DocBlock[] {
  return [block, ...(block.children ?? []).flatMap(flat)];
}

function* walk(
  blocks: readonly GraphBlock[],
  parent?: GraphBlock,
): Generator<{ block: GraphBlock; parent?: GraphBlock | undefined }> {
  for (const block of blocks) {
    yield { block, parent };
    yield* walk(block.children, block);
  }
}
