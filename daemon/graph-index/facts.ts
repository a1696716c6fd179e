/** Where on a page something stands. One object for all that stands in one block. */
export interface Place {
  /** What a `Change` of the graph's port calls the block; null for the page's own properties. */
  ref: string | null;
  /** The block's uuid, where it has one of its own. */
  uuid?: string;
  /** From 1, where the graph has files. */
  line?: number;
  /** The block's text without its property lines. */
  content: string;
  properties: Readonly<Record<string, string>>;
  /** Whether it is in a template, where names and dates stand for others. */
  template: boolean;
}

/**
 * How a page is referred to. A `tag` is a category and needs no page of its own; a `file` names the page by its path
 * (relative to the page it stands on).
 */
export type LinkKind = 'link' | 'tag' | 'embed' | 'file';

export interface Link {
  kind: LinkKind;
  /** As it is written. */
  name: string;
  /** What names of the same page have in common. */
  key: string;
  place: Place;
}

export interface BlockRef {
  uuid: string;
  /** The text that stands for it: `[text](((uuid)))`. */
  label?: string;
  place: Place;
}

export interface AssetRef {
  /** As it is written, without a title and decoded. */
  path: string;
  written: string;
  place: Place;
}

/** A block with a task marker that says that it is not done. */
export interface Task {
  marker: string;
  text: string;
  /** `YYYY-MM-DD`: of its deadline, else when it was to be begun. */
  due?: string;
  dueBy?: 'deadline' | 'scheduled';
  /** Whether it says whose it is. */
  owned: boolean;
  place: Place;
}

export interface Heading {
  level: number;
  text: string;
  place: Place;
}

/** Something that looks like a password or key. What it is stays on the page: of it only where it stands. */
export interface SecretSeen {
  /** What kind of secret, in words. */
  kind: string;
  /** Where in the place's content, or in a property's value. */
  from: number;
  to: number;
  property?: string;
  place: Place;
}

/** A place in a repository that a page names: `path:line`, or a pull request by its address. */
export interface CodeRef {
  kind: 'path' | 'symbol' | 'pull';
  /** The path, the symbol's name, or `owner/name#number`. */
  name: string;
  line?: number;
  place: Place;
}

/**
 * `page` and `journal` are reviewed. The others are left alone, but their names, references and blocks count: an org-mode file,
 * a whiteboard, a Markdown file beside the pages. Of an `unread` one there is the name only: the page is there, and a note says
 * why it could not be read.
 */
export type PageKindOfGraph = 'page' | 'journal' | 'org' | 'whiteboard' | 'beside' | 'unread';

/** What the index knows of a page. Never changed: a page that changes gets new facts. */
export interface PageFacts {
  name: string;
  key: string;
  kind: PageKindOfGraph;
  /** Relative to the graph's folder, with `/`; absent where the graph has no files. */
  path?: string;
  /** What the graph's port calls the page as it is. */
  revision: string;
  /** When it was last changed, in milliseconds since the epoch, as far as the graph says. */
  changed?: number;
  /** `YYYY-MM-DD` of a journal. */
  day?: string;
  properties: Readonly<Record<string, string>>;
  /** What kind of page it says it is (`type::`), or its name does; in small letters. */
  type?: string;
  /** Keys of the other names that the page says it has, and as they are written. */
  aliases: ReadonlyMap<string, string>;
  /** Whether the page only lists what others say, as a review does: what it refers to does not depend on it. */
  lists: boolean;
  /** Whether it holds templates, which are reached by their names. */
  templates: boolean;
  /** Values of `tags::`, by key. */
  tags: ReadonlySet<string>;
  blocks: number;
  /** Of its text, without markup of properties. */
  characters: number;
  /** Whether it says nothing. */
  empty: boolean;
  links: readonly Link[];
  /** Whether one of them names a page by its file. */
  linksFiles: boolean;
  /** Each page that it refers to once, without itself. */
  targets: ReadonlySet<string>;
  blockRefs: readonly BlockRef[];
  /** Uuids of its own blocks that others can refer to. */
  ids: readonly string[];
  assets: readonly AssetRef[];
  tasks: readonly Task[];
  headings: readonly Heading[];
  secrets: readonly SecretSeen[];
  code: readonly CodeRef[];
  /** What queries on the page ask for, as they are written. */
  queries: readonly string[];
  /** The smallest hashes of its runs of words, in order: equal parts say that texts are alike. */
  sketch: Uint32Array;
  /** How many words it has. */
  words: number;
  /** The page as Markdown where it carries a node of ours. */
  workflow?: string;
}
