import type { DocBlock } from '../pages/page.ts';
import type { Graph } from './graph.ts';

/** Keeps the files that blocks show; without those blocks where the graph keeps none. */
export async function withAssets(graph: Graph, blocks: readonly DocBlock[]): Promise<DocBlock[]> {
  const kept: DocBlock[] = [];
  for (const block of blocks) {
    if (block.asset && !graph.keepAsset) continue;
    if (block.asset) await graph.keepAsset!(block.asset.name, block.asset.content);
    kept.push(block.children ? { ...block, children: await withAssets(graph, block.children) } : block);
  }
  return kept;
}
