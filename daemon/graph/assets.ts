import { hash } from 'node:crypto';
import type { DocBlock, PageDoc } from '../pages/page.ts';
import type { BlockMemory } from './block-memory.ts';
import type { Graph } from './graph.ts';

/**
 * Keeps the files that a page's blocks show, and remembers what they say, so that it can be told later whether somebody changed
 * one. Gives the blocks; without those that show a file where the graph keeps none.
 */
export async function withAssets(
  graph: Graph,
  memory: BlockMemory,
  { name, blocks }: Pick<PageDoc, 'name' | 'blocks'>,
): Promise<DocBlock[]> {
  const kept: DocBlock[] = [];
  for (const block of blocks) {
    if (block.asset && !graph.keepAsset) continue;
    if (block.asset) await keep(graph, memory, name, block.asset);
    const { children } = block;
    kept.push(children ? { ...block, children: await withAssets(graph, memory, { name, blocks: children }) } : block);
  }
  return kept;
}

/** Whether a kept file says what was written last; undefined where nothing was remembered of it. */
export function isAsKept(
  memory: BlockMemory,
  graph: string,
  page: string,
  name: string,
  content: string,
): boolean | undefined {
  return memory.get(graph, shelfOf(page)).get(name)?.hash.split(' ').includes(digest(content));
}

async function keep(
  graph: Graph,
  memory: BlockMemory,
  page: string,
  { name, content }: NonNullable<DocBlock['asset']>,
): Promise<void> {
  const before = memory.get(graph.id, shelfOf(page)).get(name)?.hash;
  const now = digest(content);
  const remember = (digests: string): void =>
    memory.put(graph.id, shelfOf(page), new Map([[name, { uuid: '', hash: digests }]]), []);
  // Both until it is written: after a crash either of them may be there, and each is our own work.
  if (before !== now) remember(before === undefined ? now : `${now} ${before}`);
  await graph.keepAsset!(name, content);
  if (before !== undefined && before !== now) remember(now);
}

const shelfOf = (page: string): string => `${page}\nassets`;
const digest = (content: string): string => hash('sha256', content).slice(0, 24);
