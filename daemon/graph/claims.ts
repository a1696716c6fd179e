import type { DocBlock, PageDoc } from '../pages/page.ts';
import { isNew, type Entry } from './entry.ts';
import type { GraphPage } from './graph.ts';
import { PageTree, type Parent } from './page-tree.ts';
import { blockUuid } from './uuid.ts';

/** The key of the block that tells the news beneath an edited one. */
export const newsOf = (key: string): string => `${key}+`;

/** Which blocks of a page are ours. */
export interface Claims {
  tree: PageTree;
  /** Key → ref of the block. */
  refs: Map<string, string>;
  /** Keys of blocks that are new and that a person has already written. */
  adopted: ReadonlySet<string>;
  /** Keys of which there is a sign that the pending change took place. */
  evidence: ReadonlySet<string>;
}

/**
 * Finds our blocks on a page: by the uuid that their key gives, by the one remembered, and then, for graphs that give uuids
 * of their own, by what was last written under the same parent. A block that we have not written yet, but that stands there
 * already word for word, is taken for what it is and not doubled.
 */
export function claimBlocks(doc: PageDoc, page: GraphPage | null, known: ReadonlyMap<string, Entry>): Claims {
  const tree = new PageTree(page);
  const refs = new Map<string, string>();
  const claim = (key: string, ref: string | undefined): void => {
    if (ref !== undefined && !refs.has(key)) refs.set(key, ref);
  };

  for (const key of [...known.keys(), ...keysOf(doc.blocks)]) claim(key, tree.byUuid(blockUuid(doc.name, key)));
  for (const [key, entry] of known) claim(key, tree.byUuid(entry.uuid));
  const taken = new Set(refs.values());
  claimByText(doc.blocks, null, known, { tree, refs, taken });
  const adopted = new Set<string>();
  const meant = new Set([...keysOf(doc.blocks)].map((key) => refs.get(key)));
  adopt(doc.blocks, null, known, { tree, refs, meant, adopted });

  const evidence = new Set<string>();
  for (const [key, entry] of known) {
    const ref = refs.get(key);
    if (entry.pending && ref !== undefined && (isNew(entry) || tree.print(ref) === entry.want)) evidence.add(key);
  }
  return { tree, refs, adopted, evidence };
}

function* keysOf(blocks: readonly DocBlock[]): Generator<string> {
  for (const block of blocks) {
    yield block.key;
    yield* keysOf(block.children ?? []);
  }
}

function claimByText(
  blocks: readonly DocBlock[],
  parent: Parent | undefined,
  known: ReadonlyMap<string, Entry>,
  found: { tree: PageTree; refs: Map<string, string>; taken: Set<string> },
): void {
  const { tree, refs, taken } = found;
  const look = (key: string, under: Parent | undefined): void => {
    const entry = known.get(key);
    if (!entry || under === undefined || refs.has(key)) return;
    const ref = tree.children(under).find((child) => !taken.has(child) && entry.ours.has(tree.print(child)));
    if (ref === undefined) return;
    taken.add(ref);
    refs.set(key, ref);
  };
  for (const { key } of blocks) look(key, parent);
  for (const { key, children } of blocks) {
    for (let above = key, news = newsOf(key); known.has(news); above = news, news = newsOf(news)) {
      look(news, refs.get(above));
    }
    claimByText(children ?? [], refs.get(key), known, found);
  }
}

function adopt(
  blocks: readonly DocBlock[],
  parent: Parent | undefined,
  known: ReadonlyMap<string, Entry>,
  found: { tree: PageTree; refs: Map<string, string>; meant: Set<string | undefined>; adopted: Set<string> },
): void {
  const { tree, refs, meant, adopted } = found;
  const free = parent === undefined ? [] : tree.children(parent).filter((ref) => !meant.has(ref));
  const words = new Map(free.toReversed().map((ref) => [said(tree.block(ref)!.content), ref]));
  for (const { key, content, children } of blocks) {
    const ref = refs.has(key) || known.has(key) ? undefined : words.get(said(content));
    if (ref !== undefined && !meant.has(ref)) {
      refs.set(key, ref);
      meant.add(ref);
      adopted.add(key);
    }
    adopt(children ?? [], refs.get(key), known, found);
  }
}

/** What a text says, however it is escaped. */
function said(content: string): string {
  return content
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
