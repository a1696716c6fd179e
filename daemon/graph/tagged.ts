import type { Tagged } from '../triggers/page-triggers.ts';
import type { Graph, GraphPage } from './graph.ts';
import { lookAt } from './look-at.ts';
import { pageKey } from './names.ts';

/** What of a page its tags are told by, as it was when it was read. */
interface Known {
  stamp: string;
  name: string;
  tags: ReadonlySet<string>;
  properties: Record<string, string>;
}

const known = new WeakMap<Graph, Map<string, Known>>();
const NONE: ReadonlySet<string> = new Set();

/**
 * The pages of a graph that have a tag: in their `tags` property, or at the top level of their first block. Where the graph has
 * files, only those that changed since the last time are read.
 */
export async function taggedPages(graph: Graph, tag: string): Promise<Tagged> {
  const key = pageKey(tag);
  const before = known.get(graph) ?? new Map<string, Known>();
  const now = new Map<string, Known>();
  const found: Tagged = { pages: [], unread: [] };
  for await (const { page, stamp } of graph.stamps?.() ?? unstamped(graph)) {
    const same = before.get(page);
    const read = same && same.stamp === stamp && stamp !== '' ? same : await look(graph, page, stamp);
    if (read === undefined) found.unread.push(page);
    if (!read) continue;
    now.set(page, read);
    if (read.tags.has(key)) found.pages.push({ name: read.name, properties: read.properties });
  }
  known.set(graph, now);
  return found;
}

async function* unstamped(graph: Graph): AsyncIterable<{ page: string; stamp: string }> {
  for await (const page of graph.pages()) yield { page, stamp: '' };
}

/** Undefined of a page that cannot be read just now. */
async function look(graph: Graph, name: string, stamp: string): Promise<Known | null | undefined> {
  const page = await lookAt(graph, name);
  if (!page) return page;
  const tags = tagsOf(page);
  // Most pages have none, and nothing else of them is ever asked for.
  return tags.size === 0
    ? { stamp, name: page.name, tags: NONE, properties: {} }
    : { stamp, name: page.name, tags, properties: page.properties };
}

function tagsOf({ properties, blocks }: GraphPage): Set<string> {
  const first = blocks[0]?.content ?? '';
  const listed = (properties.tags ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^#?(?:\[\[(.*)\]\])?/, (_, inner?: string) => inner ?? ''));
  const written = [...first.split('\n', 1)[0]!.matchAll(/(?:^|\s)#(?:\[\[([^\]]+)\]\]|([^\s#,.;!?'"()[\]{}]+))/g)];
  const tags = [...listed, ...written.map(([, long, short]) => long ?? short ?? '')];
  return new Set(tags.filter(Boolean).map(pageKey));
}
