import { randomUUID } from 'node:crypto';
import { fail } from '../../../shared/failure.ts';
import type { Change, Graph, GraphBlock, GraphPage } from '../../../daemon/graph/graph.ts';
import { pageKey } from '../../../daemon/graph/names.ts';

export interface MemoryGraphOptions {
  /** Gives blocks uuids of its own, as old hosts do. */
  ownUuids?: boolean;
  /** Called before a change is made; may throw, as a graph that is away does. */
  before?: () => void;
  /** Called after a change was made; may throw, as when the process is killed before it hears of it. */
  after?: () => void;
}

/** A graph that lives in memory, with hands for a person's doings. */
export class MemoryGraph implements Graph {
  readonly id = 'memory';
  readonly kind = 'file';
  readonly #pages = new Map<string, GraphPage>();
  readonly #options: MemoryGraphOptions;
  /** How many changes were asked for. */
  changes = 0;

  constructor(options: MemoryGraphOptions = {}) {
    this.#options = options;
  }

  read(page: string): Promise<GraphPage | null> {
    return Promise.resolve(structuredClone(this.#pages.get(pageKey(page)) ?? null));
  }

  async *pages(): AsyncIterable<string> {
    for (const page of this.#pages.values()) yield Promise.resolve(page.name);
  }

  change(name: string, revision: string | null, changes: readonly Change[]): Promise<GraphPage> {
    return new Promise((resolve) => {
      this.#options.before?.();
      this.changes += 1;
      const old = this.#pages.get(pageKey(name));
      if ((old?.revision ?? null) !== revision) {
        throw fail('locked', 'graph.changed', `“${name}” has changed.`);
      }
      const page = structuredClone(old ?? { name, revision: '', properties: {}, blocks: [] });
      const inserted = new Map<string, GraphBlock>();
      for (const change of changes) this.#apply(page, change, inserted);
      this.#save(page);
      this.#options.after?.();
      resolve(structuredClone(page));
    });
  }

  #apply(page: GraphPage, change: Change, inserted: Map<string, GraphBlock>): void {
    if (change.kind === 'properties') return assign(page.properties, change.properties);
    const find = (ref: string) => {
      const block = locate(page.blocks, inserted.get(ref)?.ref ?? ref)?.block;
      if (!block) throw fail('not-found', 'graph.no_block', ref);
      return block;
    };
    if (change.kind === 'update') {
      const block = find(change.ref);
      block.content = change.content;
      assign(block.properties, change.properties ?? {});
    } else if (change.kind === 'remove') {
      const located = locate(page.blocks, find(change.ref).ref);
      if (!located) throw fail('not-found', 'graph.no_block', change.ref);
      located.siblings.splice(located.index, 1);
    } else {
      const siblings = change.parent === null ? page.blocks : find(change.parent).children;
      const index = change.after === null ? 0 : siblings.indexOf(find(change.after)) + 1;
      const uuid = this.#options.ownUuids || !change.uuid ? randomUUID() : change.uuid;
      const block: GraphBlock = { ref: uuid, uuid, content: change.content, properties: {}, children: [] };
      assign(block.properties, change.properties ?? {});
      siblings.splice(index, 0, block);
      if (change.uuid) inserted.set(change.uuid, block);
    }
  }

  #save(page: GraphPage): void {
    page.revision = randomUUID();
    this.#pages.set(pageKey(page.name), page);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What a person does to a page, by hand. */
  edit(name: string, doing: (page: GraphPage) => void): void {
    const page = this.#pages.get(pageKey(name));
    if (!page) return;
    doing(page);
    this.#save(page);
  }

  delete(name: string): void {
    this.#pages.delete(pageKey(name));
  }

  rename(from: string, to: string): void {
    const page = this.#pages.get(pageKey(from));
    if (!page) return;
    this.delete(from);
    this.#save({ ...page, name: to });
  }

  /** Every block of a page with its depth, as a person sees it. */
  outline(name: string): string[] {
    return [...walk(this.#pages.get(pageKey(name))?.blocks ?? [])].map(
      ({ block, depth }) => `${'  '.repeat(depth)}${block.content}`,
    );
  }

  snapshot(): string {
    return JSON.stringify([...this.#pages]);
  }
}

export interface Located {
  block: GraphBlock;
  siblings: GraphBlock[];
  index: number;
}

/** Where a block is, by ref. */
export function locate(blocks: GraphBlock[], ref: string): Located | undefined {
  for (const [index, block] of blocks.entries()) {
    if (block.ref === ref) return { block, siblings: blocks, index };
    const inside = locate(block.children, ref);
    if (inside) return inside;
  }
  return undefined;
}

export function* walk(blocks: GraphBlock[], depth = 0): Generator<{ block: GraphBlock; depth: number }> {
  for (const block of blocks) {
    yield { block, depth };
    yield* walk(block.children, depth + 1);
  }
}

function assign(properties: Record<string, string>, changes: Record<string, string>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') delete properties[name];
    else properties[name] = value;
  }
}
