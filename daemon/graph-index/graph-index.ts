import type { PageFacts } from './facts.ts';

/** What of a graph was not read as a page, and why: the review says it instead of failing. */
export interface Note {
  /** A path, or a page. */
  about: string;
  text: string;
}

/**
 * The pages of a graph and how they hang together. Pages come and go one by one, and everything that is counted over them is
 * kept up to date: what the review of a large graph costs after one page changed does not grow with the graph's text.
 */
export class GraphIndex {
  /** By what identifies a page's source: its path, or in a graph without files its key. */
  readonly #pages = new Map<string, PageFacts>();
  readonly #byKey = new Map<string, PageFacts[]>();
  readonly #byAlias = new Map<string, PageFacts[]>();
  readonly #blocks = new Map<string, PageFacts[]>();
  /** Which pages refer to a name. */
  readonly #linkedFrom = new Map<string, Set<PageFacts>>();
  readonly #blockRefs = new Map<string, number>();
  /** How many pages stand under a name (`a` of `a/b`), however deep. */
  readonly #under = new Map<string, number>();
  readonly #having = new Map<Part, Set<PageFacts>>(PARTS.map((part) => [part, new Set()]));
  /** What came with each of the last versions; nothing with one that only took a page away. */
  #came: (PageFacts | undefined)[] = [];
  /** The version before the first of them. */
  #cameFrom = 0;
  #version = 0;
  #namesVersion = 0;
  #reviewed: { version: number; pages: readonly PageFacts[] } | undefined;
  /** Files in `assets/` and `draws/`, relative to the graph, with `/`; undefined where nobody can say. */
  files: ReadonlySet<string> | undefined;
  /** What was left alone and why, by source. */
  readonly notes = new Map<string, Note>();

  /** Counts changes: while it is the same, so is everything about the pages. */
  get version(): number {
    return this.#version;
  }

  /** Counts changes of which names, and other names, there are: most edits change none. */
  get namesVersion(): number {
    return this.#namesVersion;
  }

  get size(): number {
    return this.#pages.size;
  }

  /** All pages, also those that are left alone. */
  pages(): Iterable<PageFacts> {
    return this.#pages.values();
  }

  /** The pages that are reviewed. Every check asks for them: they are gathered once a version. */
  reviewed(): readonly PageFacts[] {
    if (this.#reviewed?.version !== this.#version) {
      const pages: PageFacts[] = [];
      for (const page of this.#pages.values()) {
        if (isReviewed(page)) pages.push(page);
      }
      this.#reviewed = { version: this.#version, pages };
    }
    return this.#reviewed.pages;
  }

  /** The pages that have something of a kind, also those that are left alone: most pages have no assets, tasks or queries. */
  having(part: Part): Iterable<PageFacts> {
    return this.#having.get(part)!;
  }

  /** The same of pages that are reviewed. */
  *reviewedHaving(part: Part): Iterable<PageFacts> {
    for (const page of this.having(part)) if (isReviewed(page)) yield page;
  }

  /** The pages that came after a version and are still there; all that there are where that is too long ago. */
  *cameSince(version: number): Iterable<PageFacts> {
    if (version < this.#cameFrom) yield* this.#pages.values();
    else for (const page of this.#came.slice(version - this.#cameFrom)) if (page && this.isCurrent(page)) yield page;
  }

  source(id: string): PageFacts | undefined {
    return this.#pages.get(id);
  }

  sources(): Iterable<string> {
    return this.#pages.keys();
  }

  put(id: string, facts: PageFacts): void {
    const before = this.#pages.get(id);
    this.#remove(id);
    this.#next(facts);
    if (!before || !sameNames(before, facts)) this.#namesVersion += 1;
    this.#pages.set(id, facts);
    add(this.#byKey, facts.key, facts);
    for (const alias of facts.aliases.keys()) add(this.#byAlias, alias, facts);
    for (const uuid of facts.ids) add(this.#blocks, uuid, facts);
    // A page that only lists others makes nothing depend on them.
    if (!facts.lists) {
      for (const target of facts.targets) {
        const from = this.#linkedFrom.get(target);
        if (from) from.add(facts);
        else this.#linkedFrom.set(target, new Set([facts]));
      }
      for (const { uuid } of facts.blockRefs) this.#blockRefs.set(uuid, (this.#blockRefs.get(uuid) ?? 0) + 1);
    }
    for (const part of PARTS) if (has(facts, part)) this.#having.get(part)!.add(facts);
    for (const above of namesAbove(facts.key)) this.#under.set(above, (this.#under.get(above) ?? 0) + 1);
  }

  drop(id: string): void {
    if (!this.#remove(id)) return;
    this.#next(undefined);
    this.#namesVersion += 1;
  }

  #next(came: PageFacts | undefined): void {
    if (this.#came.length >= MOST_CAME) {
      this.#came = [];
      this.#cameFrom = this.#version;
    }
    this.#came.push(came);
    this.#version += 1;
  }

  #remove(id: string): boolean {
    const facts = this.#pages.get(id);
    if (!facts) return false;
    this.#pages.delete(id);
    take(this.#byKey, facts.key, facts);
    for (const alias of facts.aliases.keys()) take(this.#byAlias, alias, facts);
    for (const uuid of facts.ids) take(this.#blocks, uuid, facts);
    if (!facts.lists) {
      for (const target of facts.targets) {
        const from = this.#linkedFrom.get(target);
        from?.delete(facts);
        if (from?.size === 0) this.#linkedFrom.delete(target);
      }
      for (const { uuid } of facts.blockRefs) count(this.#blockRefs, uuid);
    }
    for (const part of PARTS) if (has(facts, part)) this.#having.get(part)!.delete(facts);
    for (const above of namesAbove(facts.key)) count(this.#under, above);
    return true;
  }

  /** The pages of a name; more than one are twins. */
  named(key: string): readonly PageFacts[] {
    return this.#byKey.get(key) ?? [];
  }

  /** Names that several pages have, with those. */
  *twins(): Iterable<readonly PageFacts[]> {
    for (const pages of this.#byKey.values()) if (pages.length > 1) yield pages;
  }

  /** Whether these are the facts of a page as it is now. */
  isCurrent(facts: PageFacts): boolean {
    return this.#byKey.get(facts.key)?.includes(facts) === true;
  }

  /** The pages that say a name is theirs, too. */
  alias(key: string): readonly PageFacts[] {
    return this.#byAlias.get(key) ?? [];
  }

  /** The page that a name leads to: its own before one that has it as an alias. Aliases do not lead on to others. */
  resolve(key: string): PageFacts | undefined {
    return this.#byKey.get(key)?.[0] ?? this.#byAlias.get(key)?.[0];
  }

  /** Whether pages stand under a name, which Logseq then shows as a page. */
  isAbove(key: string): boolean {
    return this.#under.has(key);
  }

  /** The pages with a block of this uuid: more than one where a block was copied with its `id::`. */
  blocks(uuid: string): readonly PageFacts[] {
    return this.#blocks.get(uuid) ?? [];
  }

  /** How many references a block has. */
  blockRefs(uuid: string): number {
    return this.#blockRefs.get(uuid) ?? 0;
  }

  /** The pages that refer to a page by its name or another one of its names. */
  linkedFrom(page: Pick<PageFacts, 'key' | 'aliases'>): ReadonlySet<PageFacts> {
    const own = this.#linkedFrom.get(page.key) ?? NOBODY;
    if (page.aliases.size === 0) return own;
    const all = new Set(own);
    for (const alias of page.aliases.keys()) {
      // A page of that name takes its links itself.
      if (this.#byKey.has(alias)) continue;
      for (const from of this.#linkedFrom.get(alias) ?? NOBODY) all.add(from);
    }
    return all;
  }

  /** Whether anything depends on a page. */
  isReferred(page: PageFacts): boolean {
    const own = this.#linkedFrom.get(page.key);
    if (own && (own.size > 1 || !own.has(page))) return true;
    return (page.aliases.size > 0 || page.ids.length > 0) && this.weight(page) > 0;
  }

  /** What depends on a page: how many other pages refer to it, and how many references its blocks have. */
  weight(page: PageFacts): number {
    const from = this.linkedFrom(page);
    let weight = from.has(page) ? from.size - 1 : from.size;
    for (const uuid of page.ids) weight += this.#blockRefs.get(uuid) ?? 0;
    return weight;
  }
}

/** Of so many versions it is remembered what came with them. */
const MOST_CAME = 1_000;
/** What pages are asked for. */
const PARTS = ['assets', 'blockRefs', 'code', 'linksFiles', 'queries', 'tasks', 'type'] as const;
type Part = (typeof PARTS)[number];

function has(page: PageFacts, part: Part): boolean {
  if (part === 'type') return page.type !== undefined;
  return part === 'linksFiles' ? page.linksFiles : page[part].length > 0;
}

const isReviewed = ({ kind, lists }: PageFacts): boolean => (kind === 'page' || kind === 'journal') && !lists;

function sameNames(one: PageFacts, other: PageFacts): boolean {
  if (one.name !== other.name || one.kind !== other.kind || one.aliases.size !== other.aliases.size) return false;
  for (const alias of one.aliases.keys()) if (!other.aliases.has(alias)) return false;
  return true;
}

const NOBODY: ReadonlySet<PageFacts> = new Set();

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function take<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  const at = list?.indexOf(value) ?? -1;
  if (!list || at === -1) return;
  if (list.length === 1) map.delete(key);
  else list.splice(at, 1);
}

function count(map: Map<string, number>, key: string): void {
  const left = (map.get(key) ?? 0) - 1;
  if (left > 0) map.set(key, left);
  else map.delete(key);
}

/** `a` and `a/b` of `a/b/c`. */
function* namesAbove(key: string): Iterable<string> {
  for (let at = key.indexOf('/'); at !== -1; at = key.indexOf('/', at + 1)) yield key.slice(0, at);
}
