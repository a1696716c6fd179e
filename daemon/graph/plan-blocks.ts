import type { DocBlock, PageDoc } from '../pages/page.ts';
import { claimBlocks, newsOf, type Claims } from './claims.ts';
import { planned, settled, theirs, type Entry } from './entry.ts';
import { fingerprint } from './fingerprint.ts';
import type { Change, GraphBlock, GraphPage } from './graph.ts';
import type { Parent } from './page-tree.ts';
import { blockUuid } from './uuid.ts';

/** What to do to a page's blocks, and what to remember of them. */
export interface BlockPlan {
  changes: Change[];
  entries: Map<string, Entry>;
  /** Keys to forget once the changes are made. */
  drop: string[];
}

/**
 * Decides how a page's blocks become what `doc` says, leaving everything that is a person's (pages.md, The writer):
 * an edited block keeps its text and gets the news beneath it, a moved one stays, a deleted one is not made again.
 * `known` has nothing pending. With `partial`, blocks of ours that `doc` does not have are left alone.
 */
export function planBlocks(
  doc: PageDoc,
  claims: Claims,
  known: ReadonlyMap<string, Entry>,
  partial: boolean,
): BlockPlan {
  const planner = new Planner(doc.name, claims, known);
  planner.place(doc.blocks, null);
  if (!partial) planner.tidy();
  return planner.plan;
}

/** The entries of a plan after its changes were made: with the uuids and texts that the graph really gave. */
export function settleBlocks(doc: PageDoc, page: GraphPage, entries: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const { refs, tree } = claimBlocks(doc, page, entries);
  const result = new Map<string, Entry>();
  for (const [key, entry] of entries) {
    const block = tree.block(refs.get(key) ?? '');
    if (entry.pending && block) result.set(key, settled(block.uuid ?? '', entry.want, tree.print(block.ref)));
  }
  return result;
}

class Planner {
  readonly plan: BlockPlan = { changes: [], entries: new Map(), drop: [] };
  readonly #page: string;
  readonly #claims: Claims;
  readonly #known: ReadonlyMap<string, Entry>;
  readonly #seen = new Set<string>();

  constructor(page: string, claims: Claims, known: ReadonlyMap<string, Entry>) {
    this.#page = page;
    this.#claims = claims;
    this.#known = known;
  }

  /** Brings blocks under `parent`; undefined: their parent is not on the page, so only those that a person moved are. */
  place(blocks: readonly DocBlock[], parent: Parent | undefined): void {
    for (const block of blocks) {
      this.#seen.add(block.key);
      const found = this.#claims.refs.get(block.key);
      if (found !== undefined) this.#refresh(block, found);
      else if (!this.#known.has(block.key) && parent !== undefined) {
        this.#insert(block, parent, this.#positionOf(block, blocks, parent));
      }
      this.place(block.children ?? [], this.#claims.refs.get(block.key));
    }
  }

  #refresh(block: DocBlock, ref: string): void {
    const entry = this.#known.get(block.key);
    const there = this.#claims.tree.block(ref)!;
    const want = fingerprint(block);
    const is = this.#claims.tree.print(ref);
    const uuid = there.uuid ?? '';
    if (this.#claims.adopted.has(block.key)) {
      this.plan.entries.set(block.key, theirs(uuid, want));
    } else if (is === want) {
      if (entry?.want !== want || entry.uuid !== uuid) this.plan.entries.set(block.key, settled(uuid, want));
    } else if (entry?.ours.has(is)) {
      if (entry.want === want) return;
      this.plan.changes.push({ kind: 'update', ref, content: block.content, properties: replacing(block, there) });
      this.plan.entries.set(block.key, planned(uuid, want, entry));
    } else {
      if (!entry) this.plan.entries.set(block.key, theirs(uuid));
      this.#tellBeneath(block, ref, entry);
    }
  }

  /** A person's words stand. What has changed since is told beneath them, in one block that is kept up to date. */
  #tellBeneath(block: DocBlock, ref: string, entry: Entry | undefined): void {
    const key = newsOf(block.key);
    if (entry?.want === fingerprint(block) && !this.#known.has(key)) return;
    const news: DocBlock = { key, content: block.content, ...(block.properties && { properties: block.properties }) };
    this.#seen.add(key);
    const found = this.#claims.refs.get(key);
    if (found !== undefined) this.#refresh(news, found);
    else if (!this.#known.has(key)) this.#insert(news, ref, null);
  }

  #insert(block: DocBlock, parent: Parent, after: string | null): void {
    const uuid = blockUuid(this.#page, block.key);
    const properties = { ...block.properties, ...(block.collapsed && { collapsed: 'true' }) };
    this.plan.changes.push({ kind: 'insert', parent, after, uuid, content: block.content, properties });
    this.#claims.tree.insert(uuid, parent, after);
    this.#claims.refs.set(block.key, uuid);
    this.plan.entries.set(block.key, planned(uuid, fingerprint(block)));
  }

  /** Behind the nearest earlier sibling that is there, else before the nearest later one, else at the end. */
  #positionOf(block: DocBlock, siblings: readonly DocBlock[], parent: Parent): string | null {
    const { refs, tree } = this.#claims;
    const here = (sibling: DocBlock): string | undefined => {
      const ref = refs.get(sibling.key);
      return ref !== undefined && tree.parent(ref) === parent ? ref : undefined;
    };
    const at = siblings.indexOf(block);
    for (let i = at - 1; i >= 0; i -= 1) {
      const ref = here(siblings[i]!);
      if (ref !== undefined) return ref;
    }
    for (let i = at + 1; i < siblings.length; i += 1) {
      const ref = here(siblings[i]!);
      if (ref !== undefined) return tree.before(ref);
    }
    return tree.children(parent).at(-1) ?? null;
  }

  /** Takes away what is ours, unchanged and no longer meant, unless something of a person's stands beneath it. */
  tidy(): void {
    const { refs, tree } = this.#claims;
    const meant = new Set([...this.#seen].map((key) => refs.get(key)));
    const obsolete = new Map<string, string>();
    for (const [key, entry] of this.#known) {
      const ref = this.#seen.has(key) ? undefined : refs.get(key);
      if (ref !== undefined && !meant.has(ref) && entry.ours.has(tree.print(ref))) obsolete.set(ref, key);
    }
    const verdicts = new Map<string, boolean>();
    const goes = (ref: string): boolean => {
      const verdict = verdicts.get(ref) ?? (obsolete.has(ref) && tree.children(ref).every(goes));
      verdicts.set(ref, verdict);
      return verdict;
    };
    for (const [ref, key] of obsolete) {
      if (!goes(ref)) continue;
      this.plan.drop.push(key);
      this.plan.entries.set(key, { ...this.#known.get(key)!, leaving: true });
      const parent = tree.parent(ref) ?? null;
      if (parent === null || !goes(parent)) this.plan.changes.push({ kind: 'remove', ref });
    }
  }
}

/** The properties that make those of a block what they are meant to be. */
function replacing(block: DocBlock, there: GraphBlock): Record<string, string> {
  const gone = Object.keys(there.properties).filter((name) => name !== 'collapsed' && name !== 'id');
  return { ...Object.fromEntries(gone.map((name) => [name, ''])), ...block.properties };
}
