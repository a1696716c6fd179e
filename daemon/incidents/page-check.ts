import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph, GraphBlock } from '../graph/graph.ts';
import { blockUuid } from '../graph/uuid.ts';
import { findWritten } from '../graph/writer.ts';
import { writtenBlocks } from '../graph/written-blocks.ts';
import type { PageSource } from '../pages/page.ts';
import { checkFindings } from './finding-check.ts';
import { lineProblems, type ToldLine } from './line-check.ts';
import { owedLines } from './owed-lines.ts';
import { standingOf, wasNeverWritten, type PageVerdict, type StandingPage } from './standing.ts';

/**
 * Holds an incident's page as it stands in its graph against the record. A block that says what the record says now, or what was
 * written last, is as it should be: another version, or another time zone, has other words for the same. Undefined when there is
 * no page to look at.
 */
export async function checkPage(
  graph: Graph,
  memory: BlockMemory,
  name: string,
  source: PageSource,
): Promise<PageVerdict | undefined> {
  const { page } = await findWritten(graph, memory, name);
  if (!page) return undefined;
  const written = writtenBlocks(memory, graph.id, name);
  const blocks = [...walk(page.blocks)];
  const byUuid = new Map(blocks.toReversed().map(({ block }) => [block.uuid, block]));
  const block = (key: string): GraphBlock | undefined =>
    byUuid.get(blockUuid(name, key)) ?? (written.uuid(key) === '' ? undefined : byUuid.get(written.uuid(key)));
  const standing: StandingPage = { name, graph, memory, written, block };
  const verdict = await checkFindings(standing, source);
  checkLines(standing, blocks, source, verdict);
  return verdict;
}

function checkLines(
  page: StandingPage,
  blocks: readonly { block: GraphBlock; parent?: GraphBlock | undefined }[],
  source: PageSource,
  verdict: PageVerdict,
): void {
  const parents = new Map(blocks.map(({ block, parent }) => [block, parent]));
  const order = new Map(blocks.map(({ block }, at) => [block, at]));
  for (const group of owedLines(source, page.written)) {
    const lineOf = new Map<GraphBlock, number>();
    const there = group.flatMap((owed) => {
      const block = page.block(owed.key);
      if (block && owed.part === undefined) lineOf.set(block, owed.line);
      return block ? [{ owed, block }] : [];
    });
    const record = group.filter(({ key }) => page.block(key) !== undefined || !wasNeverWritten(page, key));
    verdict.otherwise += group.length - record.length;
    const told = there.map(({ owed, block }): ToldLine & { block: GraphBlock } => {
      const { key, line, part, content } = owed;
      const standing = standingOf(page, key, block, content);
      if (standing === 'otherwise') verdict.otherwise += 1;
      if (standing === 'unclear') verdict.unclear.push(`${part === undefined ? '' : `the ${part} of `}line ${line}`);
      const parent = parents.get(block);
      // What stands beneath a line belongs there, and nowhere else.
      const under = part === undefined ? {} : { under: (parent && lineOf.get(parent)) ?? -1 };
      return { line, part, content: standing === 'changed' ? block.content : content, ...under, block };
    });
    verdict.problems.push(
      ...lineProblems(
        record,
        told.toSorted((one, other) => order.get(one.block)! - order.get(other.block)!),
      ),
    );
  }
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
