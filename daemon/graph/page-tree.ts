import { fingerprint } from './fingerprint.ts';
import type { GraphBlock, GraphPage } from './graph.ts';

/** The top level of a page, where a block's ref would stand. */
export type Parent = string | null;

/** The blocks of a page by ref and by uuid, and the order they will have after the changes that are planned so far. */
export class PageTree {
  readonly #blocks = new Map<string, GraphBlock>();
  readonly #parents = new Map<string, Parent>();
  readonly #children = new Map<Parent, string[]>();
  readonly #byUuid = new Map<string, string>();
  readonly #prints = new Map<string, string>();

  constructor(page: GraphPage | null) {
    this.#add(page?.blocks ?? [], null);
  }

  #add(blocks: readonly GraphBlock[], top: Parent): void {
    const left: { blocks: readonly GraphBlock[]; parent: Parent }[] = [{ blocks, parent: top }];
    // In document order, without recursion: a page may be nested deeper than the stack.
    for (let next = left.pop(); next; next = left.pop()) {
      const [block, ...rest] = next.blocks;
      if (!block) continue;
      this.#blocks.set(block.ref, block);
      this.#attach(block.ref, next.parent, this.children(next.parent).length);
      // A person who copies a block copies its uuid: the first one keeps it.
      if (block.uuid !== undefined && !this.#byUuid.has(block.uuid)) this.#byUuid.set(block.uuid, block.ref);
      left.push({ blocks: rest, parent: next.parent }, { blocks: block.children, parent: block.ref });
    }
  }

  #attach(ref: string, parent: Parent, at: number): void {
    this.#parents.set(ref, parent);
    const siblings = this.#children.get(parent);
    if (siblings) siblings.splice(at, 0, ref);
    else this.#children.set(parent, [ref]);
  }

  block(ref: string): GraphBlock | undefined {
    return this.#blocks.get(ref);
  }

  /** The fingerprint of a block that is on the page. */
  print(ref: string): string {
    const print = this.#prints.get(ref) ?? fingerprint(this.#blocks.get(ref)!);
    this.#prints.set(ref, print);
    return print;
  }

  byUuid(uuid: string): string | undefined {
    return this.#byUuid.get(uuid);
  }

  parent(ref: string): Parent | undefined {
    return this.#parents.get(ref);
  }

  children(parent: Parent): readonly string[] {
    return this.#children.get(parent) ?? [];
  }

  /** The sibling in front of a block, or null. */
  before(ref: string): string | null {
    const siblings = this.children(this.#parents.get(ref) ?? null);
    return siblings[siblings.indexOf(ref) - 1] ?? null;
  }

  insert(ref: string, parent: Parent, after: string | null): void {
    this.#attach(ref, parent, after === null ? 0 : this.children(parent).indexOf(after) + 1);
  }
}
