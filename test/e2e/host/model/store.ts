/** A block of the model. Mutable: the methods change it, `History` keeps copies. */
export interface ModelBlock {
  id: number;
  uuid: string;
  /** The whole text. In a file graph with its property lines. */
  content: string;
  collapsed: boolean;
  /** File graphs: the block holds the page's properties and has no bullet. */
  preBlock: boolean;
  /** DB graphs: values by the property's ident, as in `plugin.property.stagebook/status`. */
  properties: Map<string, unknown>;
  /** DB graphs: ids of the tags' pages. */
  tags: Set<number>;
  parent: ModelBlock | ModelPage;
  children: ModelBlock[];
}

export interface ModelPage {
  id: number;
  uuid: string;
  /** As it is shown. In a DB graph only the last part of a name with slashes; `above` has the others. */
  title: string;
  /** DB graphs: the page of the part before the last slash. */
  above?: ModelPage;
  journal: boolean;
  createdAt: number;
  updatedAt: number;
  /** DB graphs: in the recycle bin, where `getPage` still finds it. */
  deletedAt?: number;
  properties: Map<string, unknown>;
  tags: Set<number>;
  children: ModelBlock[];
}

export const isPage = (node: ModelBlock | ModelPage): node is ModelPage => 'title' in node;

export function pageOf(node: ModelBlock | ModelPage): ModelPage {
  let at = node;
  while (!isPage(at)) at = at.parent;
  return at;
}

/** A block and everything under it, in document order. */
export function* blocksIn(blocks: readonly ModelBlock[]): Generator<ModelBlock> {
  for (const block of blocks) {
    yield block;
    yield* blocksIn(block.children);
  }
}

/** All pages and blocks of a graph, and how they are found. */
export class Store {
  readonly pages = new Map<number, ModelPage>();
  readonly blocks = new Map<string, ModelBlock>();
  /** DB graphs: the properties that there are, by ident. */
  readonly schemas = new Map<string, { id: number; uuid: string; title: string; many: boolean; type: string }>();
  readonly #newUuid: () => string;
  readonly #now: () => number;
  #lastId = 100;

  constructor(newUuid: () => string, now: () => number) {
    this.#newUuid = newUuid;
    this.#now = now;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  newUuid(): string {
    return this.#newUuid();
  }

  now(): number {
    return this.#now();
  }

  addPage(title: string, more: { above?: ModelPage; journal?: boolean; uuid?: string } = {}): ModelPage {
    const page: ModelPage = {
      id: this.nextId(),
      uuid: more.uuid ?? this.newUuid(),
      title,
      ...(more.above && { above: more.above }),
      journal: more.journal ?? false,
      createdAt: this.now(),
      updatedAt: this.now(),
      properties: new Map(),
      tags: new Set(),
      children: [],
    };
    this.pages.set(page.id, page);
    return page;
  }

  /**
   * A page by its title alone, as both kinds of graph look for one: in any case of letters. Of several of one title, a DB graph
   * gives the oldest, wherever it is.
   */
  pageByTitle(title: string): ModelPage | undefined {
    const key = titleKey(title);
    const all = [...this.pages.values()].filter((page) => titleKey(page.title) === key);
    return all.toSorted((a, b) => a.id - b.id)[0];
  }

  insert(parent: ModelBlock | ModelPage, at: number, content: string, uuid = this.newUuid()): ModelBlock {
    const block: ModelBlock = {
      id: this.nextId(),
      uuid,
      content,
      collapsed: false,
      preBlock: false,
      properties: new Map(),
      tags: new Set(),
      parent,
      children: [],
    };
    parent.children.splice(at, 0, block);
    this.blocks.set(uuid, block);
    this.touch(parent);
    return block;
  }

  remove(block: ModelBlock): void {
    this.touch(block);
    block.parent.children.splice(block.parent.children.indexOf(block), 1);
    for (const gone of blocksIn([block])) this.blocks.delete(gone.uuid);
  }

  move(block: ModelBlock, parent: ModelBlock | ModelPage, at: number): void {
    this.touch(block);
    const from = block.parent.children.indexOf(block);
    block.parent.children.splice(from, 1);
    const to = block.parent === parent && from < at ? at - 1 : at;
    parent.children.splice(to, 0, block);
    block.parent = parent;
    this.touch(block);
  }

  touch(node: ModelBlock | ModelPage): void {
    pageOf(node).updatedAt = this.now();
  }

  removePage(page: ModelPage): void {
    for (const block of blocksIn(page.children)) this.blocks.delete(block.uuid);
    this.pages.delete(page.id);
  }

  /** Puts a page back as a copy has it, or takes it away. */
  restore(id: number, copy: ModelPage | null): void {
    const there = this.pages.get(id);
    if (there) this.removePage(there);
    if (!copy) return;
    this.pages.set(id, copy);
    for (const block of blocksIn(copy.children)) this.blocks.set(block.uuid, block);
  }
}

export const titleKey = (title: string): string =>
  title
    .trim()
    .replace(/^\/|\/$/g, '')
    .normalize('NFC')
    .toLowerCase();

/** A page as it is now, for `Store.restore`. */
export function copyPage(page: ModelPage): ModelPage {
  const copy: ModelPage = { ...page, properties: new Map(page.properties), tags: new Set(page.tags), children: [] };
  copy.children = page.children.map((block) => copyBlock(block, copy));
  return copy;
}

function copyBlock(block: ModelBlock, parent: ModelBlock | ModelPage): ModelBlock {
  const copy: ModelBlock = {
    ...block,
    properties: new Map(block.properties),
    tags: new Set(block.tags),
    parent,
    children: [],
  };
  copy.children = block.children.map((child) => copyBlock(child, copy));
  return copy;
}
