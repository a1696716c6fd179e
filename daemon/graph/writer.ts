import { StagebookError } from '../../shared/failure.ts';
import type { PageDoc } from '../pages/page.ts';
import type { BlockMemory, Remembered } from './block-memory.ts';
import { claimBlocks } from './claims.ts';
import { fromEntry, resolve, toEntry, type Entry } from './entry.ts';
import type { Change, Graph, GraphBlock, GraphPage } from './graph.ts';
import { planBlocks, settleBlocks } from './plan-blocks.ts';
import { hasProperty, isPropertyKey, planProperties, propertyEvidence, settleProperties } from './plan-properties.ts';
import { blockUuid } from './uuid.ts';

/** What became of a writing. */
export interface Written {
  /** The page's name now: another than the document's when a person renamed it. Null when they deleted it. */
  page: string | null;
  /** Whether anything had to be changed. */
  changed: boolean;
}

export interface WriteOptions {
  /** The document is an addition: whatever else is on the page stays, also what is ours. */
  partial?: boolean;
}

/** How often a page that others keep changing is read again before the writing is put off. */
const TRIES = 8;
/** The memory's entry for the page itself; its hash is the name under which the page is now, or empty when it is deleted. */
const PAGE = '@page';

/**
 * Brings a page into a graph (pages.md, The writer). Writing the same document again changes nothing.
 *
 * What persons did to the page stands, whenever they did it. A page that they renamed is followed, found by the blocks that
 * moved with it; one that they deleted is not made again, but is kept up to date once it is back under its name.
 * Throws what the graph throws; everything can then be tried again, also after a crash.
 */
export async function writePage(
  graph: Graph,
  memory: BlockMemory,
  doc: PageDoc,
  { partial = false }: WriteOptions = {},
): Promise<Written> {
  const shelf = partial ? `${doc.name}\nadditions` : doc.name;
  for (let left = TRIES; ; left -= 1) {
    const entries = memory.get(graph.id, shelf);
    const page = await findPage(graph, doc, entries, partial);
    if (page === 'deleted') {
      remember(memory, graph, shelf, new Map([[PAGE, { uuid: '', hash: '' }]]));
      return { page: null, changed: false };
    }
    try {
      return await writeOnto(graph, memory, shelf, doc, page, partial);
    } catch (error) {
      if (!(error instanceof StagebookError) || error.code !== 'graph.changed' || left === 0) throw error;
    }
  }
}

/**
 * A page that was written, and one of its blocks by its key, as they are now: wherever a person moved them to.
 * Null and undefined when they are gone.
 */
export async function findWritten(
  graph: Graph,
  memory: BlockMemory,
  name: string,
  key?: string,
): Promise<{ page: GraphPage | null; block: GraphBlock | undefined }> {
  const entries = memory.get(graph.id, name);
  const last = entries.get(PAGE)?.hash;
  const page = (last ? await graph.read(last) : null) ?? (await graph.read(name));
  const { tree, refs } = claimBlocks({ name, properties: {}, blocks: [] }, page, spellOut(entries).blocks);
  const ref = key === undefined ? undefined : (refs.get(key) ?? tree.byUuid(blockUuid(name, key)));
  return { page, block: ref === undefined ? undefined : tree.block(ref) };
}

async function writeOnto(
  graph: Graph,
  memory: BlockMemory,
  shelf: string,
  doc: PageDoc,
  page: GraphPage | null,
  partial: boolean,
): Promise<Written> {
  const { known, resolved, never, claims } = recall(memory.get(graph.id, shelf), doc, page, graph.piecemeal ?? false);
  const blocks = planBlocks(doc, claims, known.blocks, partial);
  const properties = planProperties(doc.properties, page?.properties ?? {}, known.properties);
  const changes: Change[] = [...blocks.changes];
  if (Object.keys(properties.set).length > 0) changes.unshift({ kind: 'properties', properties: properties.set });
  const planned = new Map([...resolved, ...blocks.entries, ...properties.entries]);
  const drop = [...blocks.drop, ...properties.drop];
  const name = page?.name ?? doc.name;

  // First what we are about to do, so that after a crash our own work is not taken for a person's.
  remember(memory, graph, shelf, withName(planned, name), never);
  if (changes.length === 0) {
    remember(memory, graph, shelf, new Map(), drop);
    return { page: name, changed: false };
  }
  const after = await graph.change(name, page?.revision ?? null, changes);
  const settled = new Map([
    ...settleBlocks(doc, after, new Map([...known.blocks, ...planned])),
    ...settleProperties(after.properties, planned),
  ]);
  remember(memory, graph, shelf, withName(settled, after.name), drop);
  return { page: after.name, changed: true };
}

/** What is remembered of a page, with what was pending at a crash cleared up by what the page says now. */
function recall(remembered: ReadonlyMap<string, Remembered>, doc: PageDoc, page: GraphPage | null, piecemeal: boolean) {
  const entries = spellOut(remembered);
  const claims = claimBlocks(doc, page, entries.blocks);
  const signs = claims.evidence.union(propertyEvidence(page?.properties ?? {}, entries.properties));
  // Where changes are made all or none, a sign of one of them is a sign of each.
  const happened = (key: string): boolean => (piecemeal ? signs.has(key) : signs.size > 0);
  const blocks = resolve(entries.blocks, happened, (key) => claims.refs.has(key));
  const properties = resolve(entries.properties, happened, (key) => hasProperty(page?.properties ?? {}, key));
  return {
    claims,
    known: { blocks: blocks.entries, properties: properties.entries },
    resolved: [...blocks.resolved, ...properties.resolved],
    never: [...blocks.never, ...properties.never],
  };
}

/** The page to write on, null when it is to be made, `deleted` when a person did away with it. */
async function findPage(
  graph: Graph,
  doc: PageDoc,
  entries: ReadonlyMap<string, Remembered>,
  partial: boolean,
): Promise<GraphPage | null | 'deleted'> {
  const last = entries.get(PAGE)?.hash;
  const page = (last ? await graph.read(last) : null) ?? (last === doc.name ? null : await graph.read(doc.name));
  // An addition makes the page it is for; what was added before and went with the page is remembered as deleted.
  if (page || partial) return page;
  const written = [...spellOut(entries).blocks.values()].filter((entry) => !entry.pending);
  if (written.length === 0) return null;
  if (last === '') return 'deleted';
  return (await findByBlocks(graph, new Set(written.map((entry) => entry.uuid)))) ?? 'deleted';
}

/** The page that most of these blocks are on now. Reads the whole graph, so only once for a page that is gone. */
async function findByBlocks(graph: Graph, uuids: ReadonlySet<string>): Promise<GraphPage | null> {
  let best: { page: GraphPage; count: number } | null = null;
  for await (const name of graph.pages()) {
    const page = await graph.read(name).catch(ifNoPage);
    const count = page ? countBlocks(page, uuids) : 0;
    if (page && count > (best?.count ?? 0)) best = { page, count };
  }
  // With fewer of them it is a page that some were moved to, and no place for the others.
  return best && 2 * best.count >= uuids.size ? best.page : null;
}

/** What is there and is no page (no text, too large) is not the one that is looked for. */
function ifNoPage(error: unknown): null {
  if (error instanceof StagebookError && !error.failure.retryable) return null;
  throw error;
}

function countBlocks(page: GraphPage, uuids: ReadonlySet<string>): number {
  let count = 0;
  const left = [...page.blocks];
  for (let block = left.pop(); block; block = left.pop()) {
    if (block.uuid !== undefined && uuids.has(block.uuid)) count += 1;
    left.push(...block.children);
  }
  return count;
}

function spellOut(entries: ReadonlyMap<string, Remembered>): {
  blocks: Map<string, Entry>;
  properties: Map<string, Entry>;
} {
  const blocks = new Map<string, Entry>();
  const properties = new Map<string, Entry>();
  for (const [key, entry] of entries) {
    if (key !== PAGE) (isPropertyKey(key) ? properties : blocks).set(key, toEntry(entry));
  }
  return { blocks, properties };
}

function withName(entries: ReadonlyMap<string, Entry>, name: string): Map<string, Remembered> {
  return new Map<string, Remembered>([...entries].map(([key, entry]) => [key, fromEntry(entry)])).set(PAGE, {
    uuid: '',
    hash: name,
  });
}

/** Writes only what differs, so that a second writing of the same state costs no transaction. */
function remember(
  memory: BlockMemory,
  graph: Graph,
  shelf: string,
  entries: ReadonlyMap<string, Remembered>,
  drop: readonly string[] = [],
): void {
  const before = memory.get(graph.id, shelf);
  const set = new Map(
    [...entries].filter(([key, { uuid, hash }]) => {
      const old = before.get(key);
      return old?.uuid !== uuid || old.hash !== hash;
    }),
  );
  const gone = drop.filter((key) => before.has(key) && !entries.has(key));
  if (set.size > 0 || gone.length > 0) memory.put(graph.id, shelf, set, gone);
}
