import type { TaggedPage } from '../page-triggers.ts';
import type { Graph } from './graph.ts';
import { pageKey } from './names.ts';

/** The pages of a graph that have a tag: in their `tags` property, or at the top level of their first block. */
export async function taggedPages(graph: Graph, tag: string): Promise<TaggedPage[]> {
  const found: TaggedPage[] = [];
  for await (const name of graph.pages()) {
    const page = await graph.read(name).catch(() => null);
    if (!page) continue;
    const { properties } = page;
    if (tagsOf(properties, page.blocks[0]?.content ?? '').has(pageKey(tag)))
      found.push({ name: page.name, properties });
  }
  return found;
}

function tagsOf(properties: Readonly<Record<string, string>>, first: string): Set<string> {
  const listed = (properties.tags ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^#?(?:\[\[(.*)\]\])?/, (_, inner?: string) => inner ?? ''));
  const written = [...first.split('\n', 1)[0]!.matchAll(/(?:^|\s)#(?:\[\[([^\]]+)\]\]|([^\s#,.;!?'"()[\]{}]+))/g)];
  const tags = [...listed, ...written.map(([, long, short]) => long ?? short ?? '')];
  return new Set(tags.filter(Boolean).map(pageKey));
}
