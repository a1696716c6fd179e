import { posix } from 'node:path';
import { dayNamed } from '../graph-index/facts-of.ts';
import type { PageFacts } from '../graph-index/facts.ts';
import type { GraphIndex } from '../graph-index/graph-index.ts';
import type { Subject } from './check.ts';

/** Pages of Logseq's own, which people have not begun and need not write or link to. */
const OWN = new Set([
  'contents',
  'favorites',
  'library',
  'quick add',
  'property',
  'tag',
  'page',
  'journal',
  'card',
  'query',
]);
/** Names that lead somewhere in any graph, besides: task markers, priorities. */
const ALWAYS = new Set(
  'todo doing done now later waiting wait canceled cancelled in-progress a b c template'.split(' '),
);

export const isBuiltIn = (key: string): boolean => OWN.has(key) || key.startsWith('$$$');

/** Whether a name leads to something: a page, an alias, a day, a name with pages under it, a page of Logseq's own. */
export function exists(key: string, { graph, settings }: Subject): boolean {
  if (graph.resolve(key) || graph.isAbove(key) || ALWAYS.has(key) || isBuiltIn(key)) return true;
  if (isDay(key, settings.journalTitle)) return true;
  // A drawing is a file, and looked for as such.
  return key.startsWith('draws/');
}

/** The ways in which days are written, besides the graph's own. */
const DAYS = ['MMM do, yyyy', 'yyyy-MM-dd', 'yyyy_MM_dd', 'yyyy/MM/dd', 'MMMM do, yyyy', 'dd-MM-yyyy', 'do MMM yyyy'];
const days = new Map<string, boolean>();
const MOST_DAYS = 50_000;

/** Whether a name is that of a day: a journal is there whether anything is written in it or not. */
function isDay(key: string, journalTitle: string): boolean {
  if (!/\d/.test(key)) return false;
  const id = `${journalTitle}\n${key}`;
  let known = days.get(id);
  if (known === undefined) {
    known = [journalTitle, ...DAYS].some((pattern) => dayNamed(key, pattern) !== undefined);
    if (days.size >= MOST_DAYS) days.clear();
    days.set(id, known);
  }
  return known;
}

/** The page in a file that a link names by its path, seen from the page it stands on. */
export function filePage(path: string, page: PageFacts, graph: GraphIndex): PageFacts | undefined {
  if (page.path === undefined) return page;
  const ways = [posix.join(posix.dirname(page.path), path), posix.normalize(path.replace(/^\//, ''))];
  for (const way of ways) {
    const found = graph.source(way);
    if (found) return found;
  }
  return undefined;
}

/**
 * A name without what people write now so and now so: accents of Latin letters, blanks, hyphens, punctuation. Signs that make
 * another word of one (`C++`, `C#`, `@Ada`) stay, and so does what parts numbers.
 */
export function bareName(key: string): string {
  return key
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]+/g, '')
    .replace(/(\d)[^\p{L}\p{N}/]+(?=\d)/gu, '$1·')
    .replace(/[^\p{L}\p{M}\p{N}/+#@·]+/gu, '')
    .toLowerCase();
}

const bareNames = new WeakMap<
  GraphIndex,
  { version: number; names: Map<string, string>; byLength: Map<number, string[]> }
>();

/** The page that a name without a page probably means: the same but for punctuation, or one slip away. Undefined when two are. */
export function likelyMeant(key: string, { graph }: Subject): string | undefined {
  let known = bareNames.get(graph);
  if (known?.version !== graph.namesVersion) {
    const names = new Map<string, string>();
    const byLength = new Map<number, string[]>();
    for (const page of graph.pages()) {
      if (page.kind === 'journal') continue;
      const bare = bareName(page.key);
      if (names.has(bare)) continue;
      names.set(bare, page.name);
      const list = byLength.get(bare.length);
      if (list) list.push(bare);
      else byLength.set(bare.length, [bare]);
    }
    known = { version: graph.namesVersion, names, byLength };
    bareNames.set(graph, known);
  }
  const bare = bareName(key);
  const same = known.names.get(bare);
  if (same !== undefined || bare.length < 6) return same;
  const near = [bare.length - 1, bare.length, bare.length + 1]
    .flatMap((length) => known.byLength.get(length) ?? [])
    // What differs in a number is another thing of the same kind.
    .filter((other) => other.replace(/\D/g, '') === bare.replace(/\D/g, '') && isOneSlip(bare, other));
  return near.length === 1 ? known.names.get(near[0]!) : undefined;
}

/** Whether one letter more, less or other, or two that changed places, make one text of the other. */
export function isOneSlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1 || one === other) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [rest, others] = [one.slice(start), other.slice(start)];
  if (rest.length === others.length) {
    return (
      rest.slice(1) === others.slice(1) ||
      (rest[0] === others[1] && rest[1] === others[0] && rest.slice(2) === others.slice(2))
    );
  }
  return rest.length > others.length ? rest.slice(1) === others : rest === others.slice(1);
}
