/** A graph as what it says of itself: every page with what it names. Made from a folder or from a running Logseq, the same. */
export interface GraphIndex {
  /** Pages by the key of their name (`keyOf`); a page that is only an alias or only named has no entry. */
  readonly pages: ReadonlyMap<string, IndexedPage>;
  /** Alias → key of the page that has it. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Uuid of a block → where it is. */
  readonly blocks: ReadonlyMap<string, { page: string; line: number }>;
  /** Files under `assets/`, by their path from there; undefined where the graph cannot tell (a graph in Logseq). */
  readonly assets?: ReadonlySet<string>;
  /** How this graph names its journals, and what else of its configuration matters here. */
  readonly config: IndexConfig;
  /** What was left alone, and why: files that are no pages, pages that cannot be read, org files (counted). */
  readonly notes: readonly string[];
}

export interface IndexConfig {
  /** As `:journal/page-title-format` says. */
  journalFormat: string;
  /** Default home, favourites and hidden pages: none of them is an orphan. */
  wanted: ReadonlySet<string>;
}

export interface IndexedPage {
  /** As it is written: the title property, else the file's name, decoded. */
  name: string;
  key: string;
  kind: 'page' | 'journal' | 'whiteboard';
  /** For a journal: its day, `2026-11-21`. */
  day?: string;
  /** As `Graph.read` gives it, so that a fix can be made on exactly what was seen; computed when asked where that costs. */
  revision: string;
  /** Milliseconds since the epoch: when it was last changed, where the graph knows. */
  changedAt?: number;
  /** Bytes of its text. */
  size: number;
  properties: Readonly<Record<string, string>>;
  aliases: readonly string[];
  /** From its own `tags::`, by their names. */
  tags: readonly string[];
  /** Every block with something to say, in document order; blocks that name nothing and are no task are only counted. */
  blocks: readonly IndexedBlock[];
  blockCount: number;
  /** Headings in document order. */
  headings: readonly { level: number; line: number; ref: number }[];
  /** The page has a `{{renderer :stagebook, …}}` block: its text is read when a check needs it. */
  stagebook: boolean;
  /** No block says anything. */
  empty: boolean;
  /** A hash of its words in order, for near duplicates: MinHash of its shingles, empty for short pages. */
  sketch: readonly number[];
}

export interface IndexedBlock {
  /** Its place among all blocks of the page in document order, from 0: finds it again in what `Graph.read` gives. */
  at: number;
  /** From 1, where the graph has files; else 0. */
  line: number;
  uuid?: string;
  links: readonly Reference[];
  /** `((uuid))` and `{{embed ((uuid))}}`, outside of code. */
  blockRefs: readonly Reference[];
  assets: readonly Reference[];
  task?: Task;
  properties: Readonly<Record<string, string>>;
  /** What looks like a secret: which kind, never its text. */
  secrets: readonly string[];
  /** Names of files in code spans and links, with a line where one is said: `src/a.ts:12`. */
  files: readonly Reference[];
}

export interface Reference {
  /** What is named, as written: a page's name, a uuid, a path. */
  name: string;
  /** `link` is `[[…]]`, `tag` is `#…` or `#[[…]]`, `property` a value of a property, `embed` an embed of a page. */
  as: 'link' | 'tag' | 'property' | 'embed' | 'block' | 'asset' | 'file';
  /** Where in the block's content it begins and ends, brackets included. */
  from: number;
  to: number;
}

export interface Task {
  /** `TODO`, `DOING`, `NOW`, `LATER`, `WAITING`, `DONE`, `CANCELED` … */
  marker: string;
  open: boolean;
  /** Days, `2026-11-21`. */
  scheduled?: string;
  deadline?: string;
  owner?: string;
  /** The task's own words, one line. */
  text: string;
}
