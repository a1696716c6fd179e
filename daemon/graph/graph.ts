/**
 * The port to a note graph. The folder (a Logseq file graph), the plugin and Logseq's HTTP API are its implementations;
 * `test/suites/graph.ts` is the suite that each passes.
 */
export interface Graph {
  /** Stable over restarts and moves of the daemon: what the journal calls this graph. */
  readonly id: string;
  /** `file`: properties are `key:: value` lines in the text. `db`: they are entities of their own. */
  readonly kind: 'file' | 'db';
  /** True where the graph may be left with some of a call's changes made and not the others, when it goes away meanwhile. */
  readonly piecemeal?: boolean;
  /** The page as it is now, or null. Names compare as Logseq compares them (case-insensitive, NFC). */
  read(page: string): Promise<GraphPage | null>;
  /** All page names. */
  pages(): AsyncIterable<string>;
  /** Names of the pages with a workflow, asked in one question. Only where the graph can be asked so. */
  workflows?(): Promise<string[]>;
  /**
   * All page names, each with what changes whenever the page's file does, without any page being read. Only where the graph
   * has files.
   */
  stamps?(): AsyncIterable<{ page: string; stamp: string }>;
  /**
   * Makes the changes in order, all or none, on top of the page as `read` gave it.
   * Throws `graph.changed` when the page is no longer at `revision` (null: it must not exist), so that the caller reads again.
   */
  change(page: string, revision: string | null, changes: readonly Change[]): Promise<GraphPage>;
  /** The pattern of its journals' names, where the graph itself says it and not a configuration in its folder. */
  journalTitle?(): Promise<string | undefined>;
  /**
   * Puts a page back as its `text` was read, byte for byte; null takes away a page that was made. Only where the graph has
   * files. Throws `graph.changed` when the page is no longer at `revision`.
   */
  restore?(page: string, revision: string, text: string | null): Promise<void>;
  /** Keeps a file that blocks show as `../assets/<name>`. Only where the graph has files. */
  keepAsset?(name: string, content: string): Promise<void>;
  /** What a kept file says now; null where it is gone. Wherever there is `keepAsset`. */
  asset?(name: string): Promise<string | null>;
  close(): Promise<void>;
}

export interface GraphPage {
  name: string;
  /** Changes whenever anything on the page does. */
  revision: string;
  properties: Record<string, string>;
  blocks: GraphBlock[];
  /** The page's Markdown where the graph has one: what is parsed as a workflow. */
  text?: string;
}

export interface GraphBlock {
  /** What `Change` refers to: the block's own uuid, or one given for this revision only. */
  ref: string;
  uuid?: string;
  /** Without the property lines that are in `properties`. */
  content: string;
  properties: Record<string, string>;
  children: GraphBlock[];
}

/**
 * One change to a page. Changes are made in order; a later one may refer to what an earlier one of the same call inserted,
 * by the uuid that it gave.
 */
export type Change =
  /** Sets the page's properties that are named and leaves the others; an empty value removes one. */
  | { kind: 'properties'; properties: Record<string, string> }
  /** Adds a block under `parent` (null: at the top level) behind its child `after` (null: as its first child). */
  | {
      kind: 'insert';
      parent: string | null;
      after: string | null;
      /** The uuid to have. A graph that gives its own must be read again. */
      uuid?: string;
      content: string;
      properties?: Record<string, string>;
    }
  /** Replaces a block's text. Its properties, uuid and children stay, but for those named, as in `properties`. */
  | { kind: 'update'; ref: string; content: string; properties?: Record<string, string> }
  /** Removes a block with everything under it. */
  | { kind: 'remove'; ref: string };
