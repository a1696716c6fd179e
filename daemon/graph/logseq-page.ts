import type { GraphBlock } from './graph.ts';

/** A page of a Logseq, as it was just read. */
export interface HostPage {
  name: string;
  uuid: string;
  properties: Record<string, string>;
  blocks: GraphBlock[];
  /** What Logseq itself holds of each block, by ref: its text with what is not in `GraphBlock.content`. */
  raw: ReadonlyMap<string, string>;
  /** File graphs: the block that holds the page's properties. */
  head?: string;
  /** The empty block with which a page begins, while there is no other. */
  placeholder?: string;
  /** Whether it says something. */
  exists: boolean;
}

/** Whether a page is there: it says something, or begins with an empty block. One that is only named somewhere has none. */
export const isThere = (page: HostPage): boolean => page.exists || page.placeholder !== undefined;

/** The empty block that is all of a page: Logseq begins every page with one. */
export function loneEmptyBlock(blocks: readonly GraphBlock[]): GraphBlock | undefined {
  const [first] = blocks;
  if (blocks.length !== 1 || !first) return undefined;
  const { content, children, properties } = first;
  return content.trim() === '' && children.length === 0 && Object.keys(properties).length === 0 ? first : undefined;
}

/** A block to make, with everything under it. */
export interface NewBlock {
  /** The uuid to have, if the host takes one. */
  uuid?: string;
  content: string;
  properties: Record<string, string>;
  children: NewBlock[];
}

/** Where to put blocks: behind or in front of a block, or as first under one. */
export interface Place {
  target: string;
  where: 'after' | 'before' | 'first';
}

/** How a kind of graph is read and written. Everything is by the uuids that the host gives. */
export interface Dialect {
  readonly kind: 'file' | 'db';
  /** The page, also one that is only referred to, or null. */
  read(name: string): Promise<HostPage | null>;
  names(): AsyncIterable<string>;
  /** Of the pages with a workflow. */
  workflows(): Promise<string[]>;
  /** Makes a page, without a block where the host lets us. */
  create(name: string): Promise<void>;
  delete(page: HostPage): Promise<void>;
  /** Adds an empty block to a page that has none. */
  begin(page: HostPage): Promise<void>;
  /** Adds one block, without those under it, and does not take the cursor where the host leaves it. */
  insert(place: Place, block: NewBlock): Promise<string>;
  /** Adds blocks with everything under them, in one step. Never in front of one. */
  insertAll(place: Place, blocks: readonly NewBlock[]): Promise<void>;
  /** Gives a block this text and these properties, of which an empty one goes; what it has besides stays. */
  update(ref: string, raw: string, content: string, properties: Readonly<Record<string, string>>): Promise<void>;
  remove(ref: string): Promise<void>;
  /** Sets properties of a page that has a first block; an empty value takes one away. */
  setProperties(page: HostPage, properties: Readonly<Record<string, string>>): Promise<void>;
  /** Whether `insertAll` leaves a block as it is meant. Others are added one by one. */
  survives(block: Pick<NewBlock, 'content' | 'properties'>): boolean;
  /** Throws `graph.bad_content` for a text that the graph would not give back as one block. */
  check(block: Pick<NewBlock, 'content' | 'properties'>): void;
}
