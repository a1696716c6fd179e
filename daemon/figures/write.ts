import { withAssets } from '../graph/assets.ts';
import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph } from '../graph/graph.ts';
import { writePage } from '../graph/writer.ts';
import { figuresDoc, type FiguresPageSource } from './page.ts';

/** Writes the page of figures with its charts. Gives its name; null when a person deleted it. */
export async function writeFigures(
  graph: Graph,
  memory: BlockMemory,
  source: FiguresPageSource,
): Promise<string | null> {
  const doc = figuresDoc(source);
  return (await writePage(graph, memory, { ...doc, blocks: await withAssets(graph, memory, doc) })).page;
}
