import { pageKey } from '../graph/names.ts';
import type { PageFacts } from '../graph-index/facts.ts';
import type { Subject } from './check.ts';
import { word } from './page-types.ts';

const PROPERTY = /\((?:page-)?property\s+:?([\w-]+)(?:\s+(?:"([^"]*)"|\[\[([^\]]*)\]\]|#?([^\s()"[\]]+)))?\s*\)/gi;
const TAGS =
  /\((?:page-tags|tags)\s+\[?\s*((?:"[^"]*"|\[\[[^\]]*\]\]|#?[^\s()"[\]]+)(?:[\s,]+(?:"[^"]*"|\[\[[^\]]*\]\]|#?[^\s()"[\]]+))*)\s*\]?\s*\)/gi;
/** What a query or the configuration names: in brackets, as a tag, or as a text (`:block/name "…"`, templates, inputs). */
const NAMED = /\[\[([^[\]\n]+)\]\]|#([^\s#()[\]{}",]+)|"((?:[^"\\]|\\.)+)"/g;
const NAME = /"([^"]*)"|\[\[([^\]]*)\]\]|#?([^\s()"[\],]+)/g;

/** Whether a query or a macro somewhere in the graph, or its configuration, names a page or lists it by its properties or tags. */
export function reachedByQueries({ graph, settings }: Subject): (page: PageFacts) => boolean {
  const properties = new Map<string, Set<string>>();
  const tags = new Set<string>();
  const named = new Set<string>();
  const read = (query: string): void => {
    for (const [, linked, tag, text] of query.matchAll(NAMED)) {
      named.add(pageKey(linked ?? tag ?? text ?? ''));
      if (text?.includes('[[')) read(text);
    }
    for (const [, name, quoted, linked, plain] of query.matchAll(PROPERTY)) {
      const values = properties.get(name!.toLowerCase()) ?? new Set();
      properties.set(name!.toLowerCase(), values.add(word(quoted ?? linked ?? plain ?? '*')));
    }
    for (const [, names] of query.matchAll(TAGS)) {
      for (const [, quoted, linked, plain] of names!.matchAll(NAME)) tags.add(pageKey(quoted ?? linked ?? plain ?? ''));
    }
  };
  for (const page of graph.having('queries')) if (!page.lists) page.queries.forEach(read);
  read(settings.text);
  return (page) => {
    if (named.has(page.key)) return true;
    for (const alias of page.aliases.keys()) if (named.has(alias)) return true;
    for (const tag of page.tags) if (tags.has(tag)) return true;
    for (const [name, values] of properties) {
      const value = page.properties[name];
      if (value !== undefined && (values.has('*') || values.has(word(value)))) return true;
    }
    return false;
  };
}
