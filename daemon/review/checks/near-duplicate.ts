import type { PageFacts } from '../../graph-index/facts.ts';
import type { GraphIndex } from '../../graph-index/graph-index.ts';
import { likeness } from '../../graph-index/sketch.ts';
import { defineCheck, type Found } from '../check.ts';
import { bareName, isOneSlip } from '../names.ts';
import { isHighlights, isRecord, isTemplate } from '../page-types.ts';

/** Shorter texts are alike by chance. */
const LEAST_WORDS = 40;
const ALIKE = 0.8;
/** So many of a page's smallest hashes are looked up: two texts that are alike share one of them. */
const LOOKED_UP = 8;
/** A run of words that more pages have is a phrase of the house. */
const MOST_SHARING = 30;
/** In a word this long, one letter is a slip and not another word. */
const LEAST_SLIP = 8;

export const nearDuplicate = defineCheck({
  check: 'near-duplicate',
  title: 'Pages that are nearly the same',
  explanation:
    'Two pages of nearly one name, or with nearly one text, drift apart: whoever mends one leaves the other wrong.',
  severity: 'hint',
  *run({ graph }): Iterable<Found> {
    const told = new Set<string>();
    const tell = function* (pairs: Iterable<readonly [PageFacts, PageFacts]>, why: string): Iterable<Found> {
      for (const pair of pairs) {
        if (pair[0].key === pair[1].key) continue;
        // It is told of the one that less depends on.
        const [page, other] = pair.toSorted(
          (one, two) => graph.weight(one) - graph.weight(two) || (one.key < two.key ? 1 : -1),
        ) as [PageFacts, PageFacts];
        const id = `${page.key}\n${other.key}`;
        if (told.has(id)) continue;
        told.add(id);
        yield {
          page,
          about: other.name,
          message: `“${page.name}” and “${other.name}” ${why}. Put them together, or say how they differ.`,
        };
      }
    };
    yield* tell(alikeByName(graph), 'have nearly the same name');
    yield* tell(alikeByText(graph), 'say nearly the same');
  },
});

function isOne(page: PageFacts): boolean {
  return page.kind === 'page' && !page.lists && !isRecord(page) && !isTemplate(page) && !isHighlights(page);
}

const pairsByName = new WeakMap<GraphIndex, { version: number; pairs: [string, string][] }>();

/** Pairs of pages whose names differ in punctuation, a plural or one slip. */
function* alikeByName(graph: GraphIndex): Iterable<readonly [PageFacts, PageFacts]> {
  let known = pairsByName.get(graph);
  if (known?.version !== graph.namesVersion) {
    known = { version: graph.namesVersion, pairs: [...pairsOf(graph)] };
    pairsByName.set(graph, known);
  }
  for (const [one, other] of known.pairs) {
    const [first, second] = [graph.named(one)[0], graph.named(other)[0]];
    if (!first || !second || !isOne(first) || !isOne(second)) continue;
    // Where one says it is the other's name, too, somebody knows.
    if (first.aliases.has(other) || second.aliases.has(one)) continue;
    yield [first, second];
  }
}

function* pairsOf(graph: GraphIndex): Iterable<[string, string]> {
  const byName = new Map<string, string>();
  const byRest = new Map<string, string[]>();
  for (const page of graph.reviewed()) {
    if (page.kind !== 'page') continue;
    const loose = looseName(page.key);
    if (loose.length < 4) continue;
    // What looks like a plural may be none (`NodeJS`): a name is also known by all of its letters.
    const names = new Set([loose, bareName(page.key)]);
    const same = [...names].map((name) => byName.get(name)).find((known) => known !== undefined);
    if (same !== undefined) {
      if (same !== page.key) yield [same, page.key];
      continue;
    }
    for (const name of names) byName.set(name, page.key);
    for (const rest of restsOf(page.key)) {
      const others = byRest.get(rest);
      if (!others) byRest.set(rest, [page.key]);
      else {
        for (const other of others) if (differInASlip(other, page.key)) yield [other, page.key];
        if (others.length < MOST_SHARING) others.push(page.key);
      }
    }
  }
}

/** Also without the mark of a plural. */
function looseName(key: string): string {
  return bareName(key.replace(/(\p{L}{3,}[^s\P{L}])s(?!\p{L})/gu, '$1'));
}

/** A name with one long word at a time left out but for how it begins and ends: names with a slip in it share one of these. */
function* restsOf(key: string): Iterable<string> {
  const words = wordsOf(key);
  for (const [at, word] of words.entries()) {
    if (word.length < LEAST_SLIP || /\d/.test(word)) continue;
    const mask = (from: number): string => words.with(at, `${word.slice(0, 3)}*${from}`).join(' ');
    // Of words that differ in one letter, the lengths differ by one at most.
    yield mask(word.length);
    yield mask(word.length + 1);
  }
}

function differInASlip(one: string, other: string): boolean {
  const [words, others] = [wordsOf(one), wordsOf(other)];
  if (words.length !== others.length) return false;
  const different = words.flatMap((word, at) => (word === others[at] ? [] : [[word, others[at]!] as const]));
  const [pair] = different;
  return different.length === 1 && pair !== undefined && pair[0].length >= LEAST_SLIP && isOneSlip(pair[0], pair[1]);
}

const wordsOf = (key: string): string[] => key.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');

/** What was compared already, up to a version: pages by their smallest hashes, and the pairs that are alike. */
interface Compared {
  version: number;
  sharing: Map<number, PageFacts[]>;
  pairs: (readonly [PageFacts, PageFacts])[];
  /** How many pages came since it was begun: what is gone is swept out by beginning anew. */
  added: number;
}
const compared = new WeakMap<GraphIndex, Compared>();

/** Pairs of pages with nearly the same text. Only pages that are new are compared. */
function alikeByText(graph: GraphIndex): Iterable<readonly [PageFacts, PageFacts]> {
  let known = compared.get(graph);
  if (!known || known.added > 2 * graph.size + 1_000) {
    known = { version: -1, sharing: new Map(), pairs: [], added: 0 };
    compared.set(graph, known);
  }
  known.pairs = known.pairs.filter(([one, other]) => graph.isCurrent(one) && graph.isCurrent(other));
  for (const page of graph.cameSince(known.version)) {
    if (page.words < LEAST_WORDS || !isOne(page)) continue;
    known.added += 1;
    compare(page, known, graph);
  }
  known.version = graph.version;
  return known.pairs;
}

function compare(page: PageFacts, { sharing, pairs }: Compared, graph: GraphIndex): void {
  const seen = new Set<PageFacts>();
  for (let at = 0; at < LOOKED_UP; at += 1) {
    const hash = page.sketch[at];
    if (hash === undefined) break;
    let others = sharing.get(hash);
    if (!others) {
      sharing.set(hash, [page]);
      continue;
    }
    if (others.length >= MOST_SHARING) {
      others = others.filter((other) => graph.isCurrent(other));
      sharing.set(hash, others);
      if (others.length >= MOST_SHARING) continue;
    }
    for (const other of others) {
      if (seen.has(other) || !graph.isCurrent(other)) continue;
      seen.add(other);
      if (likeness(page.sketch, other.sketch) >= ALIKE) pairs.push([other, page]);
    }
    others.push(page);
  }
}
