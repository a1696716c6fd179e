import { fail, StagebookError } from '../../shared/failure.ts';
import type { GraphBlock } from './graph.ts';
import type { Cursor } from './logseq-cursor.ts';
import { within, type PagePlan, type PlannedBlock } from './logseq-plan.ts';
import { isThere, type Dialect, type HostPage, type NewBlock, type Place } from './logseq-page.ts';

/** As many blocks at once as Logseq takes in well under its time-out; one step for undo. */
const CHUNK = 200;
/** Characters of text at once: what the plugin's connection and Logseq's HTTP server take is 1 MiB. */
const CHUNK_TEXT = 150_000;

/** Blocks to make side by side, behind `after` or as first under `parent` (null: of the page). */
interface Run {
  parent: PlannedBlock | null;
  after: PlannedBlock | null;
  blocks: PlannedBlock[];
}

/**
 * Makes a page what a plan says. When something fails in the middle, what was done is undone as far as the host can, and
 * the error is thrown.
 */
export async function makePlan(
  dialect: Dialect,
  cursor: Cursor,
  page: HostPage,
  isNew: boolean,
  plan: PagePlan,
): Promise<HostPage> {
  const writing = new Writing(dialect, cursor, page);
  try {
    return await writing.make(plan, isNew);
  } catch (error) {
    // A Logseq that is gone cannot undo anything; what is half done is found and finished when it is back.
    if (!(error instanceof StagebookError) || error.code !== 'graph.away') await writing.undo(isNew).catch(() => {});
    throw error;
  }
}

class Writing {
  readonly #dialect: Dialect;
  readonly #cursor: Cursor;
  readonly #before: HostPage;
  #page: HostPage;
  readonly #added = new Set<string>();
  readonly #updated: PlannedBlock[] = [];
  #propertiesSet = false;
  #single = true;

  constructor(dialect: Dialect, cursor: Cursor, page: HostPage) {
    this.#dialect = dialect;
    this.#cursor = cursor;
    this.#before = page;
    this.#page = page;
  }

  async make(plan: PagePlan, isNew: boolean): Promise<HostPage> {
    const dialect = this.#dialect;
    if (this.#isBare() && (isNew || plan.blocks.length > 0)) await this.#begin();
    if (Object.keys(plan.properties).length > 0) {
      this.#propertiesSet = true;
      await dialect.setProperties(this.#page, plan.properties);
      await this.#read();
    }
    for (const block of [...walk(plan.blocks)].filter(({ isUpdated }) => isUpdated)) {
      this.#updated.push(block);
      await dialect.update(block.ref!, this.#page.raw.get(block.ref!) ?? '', block.content, block.properties);
    }
    const { placeholder } = this.#page;
    for (const run of runsOf(plan.blocks)) await this.#add(run);
    for (const ref of plan.removed) await dialect.remove(ref);
    if (placeholder !== undefined && plan.blocks.some(({ isNew: made }) => made)) await this.#dropEmpty(placeholder);
    await this.#cursor.restore(this.#added, this.#single);
    await this.#read();
    if (await this.#repair(plan)) await this.#read();
    // Without any block, Logseq would not know the page from one that is only named somewhere.
    if (!isThere(this.#page)) await this.#begin();
    return this.#page;
  }

  /** A page without any block, where there is nothing to put blocks behind. */
  #isBare(): boolean {
    const { head, placeholder, blocks } = this.#page;
    return head === undefined && placeholder === undefined && blocks.length === 0;
  }

  async #begin(): Promise<void> {
    await this.#dialect.begin(this.#page);
    await this.#read();
    if (this.#page.placeholder !== undefined) this.#added.add(this.#page.placeholder);
    await this.#cursor.restore(this.#added, true);
  }

  async #read(): Promise<void> {
    const page = await this.#dialect.read(this.#page.name);
    if (!page) throw changed(this.#page.name);
    this.#page = page;
  }

  /** Adds blocks that stand side by side, as many at once as can be, and learns what the host calls them. */
  async #add(first: Run): Promise<void> {
    const left: Run[] = [first];
    for (let run = left.shift(); run; run = left.shift()) {
      const [block] = run.blocks;
      if (!block) continue;
      const place = this.#placeOf(run);
      // One block alone is better added as such: its text stays as it is, and it gets its uuid on more hosts.
      const chunk = this.#take(run.blocks);
      const isLeaf = run.blocks.length === 1 && block.children.length === 0;
      const alone = chunk.length === 0 || isLeaf || place.where === 'before' || this.#cursor.isBusy;
      if (alone) {
        block.ref = await this.#dialect.insert(place, withoutChildren(block));
        this.#added.add(block.ref);
        left.unshift(
          { parent: block, after: null, blocks: block.children },
          { parent: run.parent, after: block, blocks: run.blocks.slice(1) },
        );
        continue;
      }
      this.#single = false;
      await this.#dialect.insertAll(place, chunk.map(toNew));
      await this.#read();
      this.#learn(run, chunk);
      left.unshift({ parent: run.parent, after: chunk.at(-1)!, blocks: run.blocks.slice(chunk.length) });
    }
  }

  /** As many of the blocks as go at once, with all under them; none when the first does not. */
  #take(blocks: readonly PlannedBlock[]): PlannedBlock[] {
    let blocksLeft = CHUNK;
    let textLeft = CHUNK_TEXT;
    const end = blocks.findIndex((block) => {
      const all = [...within(block)];
      blocksLeft -= all.length;
      textLeft -= all.reduce((sum, { content }) => sum + content.length, 0);
      return blocksLeft < 0 || textLeft < 0 || !all.every((each) => this.#dialect.survives(each));
    });
    return end === -1 ? blocks.slice() : blocks.slice(0, end);
  }

  #placeOf({ parent, after }: Run): Place {
    if (after) return { target: refOf(after), where: 'after' };
    if (parent) return { target: refOf(parent), where: 'first' };
    const { head, placeholder, blocks } = this.#page;
    // A placeholder stands behind the head.
    const before = placeholder ?? head;
    if (before !== undefined) return { target: before, where: 'after' };
    const [first] = blocks;
    if (first) return { target: first.ref, where: 'before' };
    throw changed(this.#page.name);
  }

  /** Finds what was just added: by its uuid where the text has it, else by its place. */
  #learn({ parent, after }: Run, chunk: readonly PlannedBlock[]): void {
    const siblings = parent ? (find(this.#page.blocks, refOf(parent))?.children ?? []) : this.#page.blocks;
    const known = siblings.findIndex((block) => block.ref === (after ? refOf(after) : this.#page.placeholder));
    const pair = (planned: readonly PlannedBlock[], there: readonly GraphBlock[]): void => {
      for (const [i, block] of planned.entries()) {
        const found = there[i];
        if (!found || !sameStart(block.content, found.content)) throw changed(this.#page.name);
        block.ref = found.ref;
        this.#added.add(found.ref);
        pair(block.children, found.children);
      }
    };
    // An empty first block is none of the page's blocks, but stands there while there are others.
    const start = after
      ? known + 1
      : siblings.findIndex((block) => sameStart(chunk[0]!.content, block.content) && !this.#isOld(block.ref));
    pair(chunk, siblings.slice(Math.max(start, 0)));
  }

  #isOld(ref: string): boolean {
    return this.#before.raw.has(ref);
  }

  /** Takes away the empty block that the page began with, unless somebody has the cursor in it by now. */
  async #dropEmpty(ref: string): Promise<void> {
    await this.#read();
    const block = find(this.#page.blocks, ref);
    // An old host has put the first block in its place.
    if (block && block.content === '' && block.children.length === 0) await this.#dialect.remove(ref);
  }

  /** Hosts strip what they take for indentation, and drop properties: what differs from the plan is written once more. */
  async #repair(plan: PagePlan): Promise<boolean> {
    let repaired = false;
    const there = new Map([...walk(this.#page.blocks)].map((block) => [block.ref, block]));
    for (const block of walk(plan.blocks)) {
      const found = block.ref === undefined || !(block.isNew || block.isUpdated) ? undefined : there.get(block.ref);
      if (!found) continue;
      const differs = Object.entries(block.properties).some(
        ([name, value]) => (found.properties[name] ?? '') !== value,
      );
      if (!differs && found.content.trimEnd() === block.content.trimEnd()) continue;
      await this.#dialect.update(found.ref, this.#page.raw.get(found.ref) ?? '', block.content, block.properties);
      repaired = true;
    }
    return repaired;
  }

  async undo(isNew: boolean): Promise<void> {
    if (isNew) return this.#dialect.delete(this.#page);
    await this.#cursor.restore(this.#added, false);
    for (const ref of this.#added) await this.#dialect.remove(ref);
    const now = await this.#dialect.read(this.#before.name);
    if (!now) return;
    for (const { ref } of this.#updated) {
      const [old, made] = [find(this.#before.blocks, ref!), find(now.blocks, ref!)];
      if (!old || !made) continue;
      const properties = { ...emptied(made.properties), ...old.properties };
      await this.#dialect.update(old.ref, now.raw.get(old.ref)!, old.content, properties);
    }
    if (this.#propertiesSet) {
      await this.#dialect.setProperties(now, { ...emptied(now.properties), ...this.#before.properties });
    }
  }
}

const emptied = (properties: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.keys(properties).map((name) => [name, '']));

function refOf(block: PlannedBlock): string {
  if (block.ref !== undefined) return block.ref;
  throw fail('unavailable', 'graph.away', 'Logseq did not say what became of a block. It is tried again.');
}

/** The new blocks of a plan that hang on what is there, as they stand side by side. */
function runsOf(blocks: readonly PlannedBlock[], parent: PlannedBlock | null = null): Run[] {
  const runs: Run[] = [];
  let after: PlannedBlock | null = null;
  let run: Run | null = null;
  for (const block of blocks) {
    if (block.isNew) {
      if (!run) runs.push((run = { parent, after, blocks: [] }));
      run.blocks.push(block);
    } else {
      run = null;
      runs.push(...runsOf(block.children, block));
    }
    after = block;
  }
  return runs;
}

function toNew(block: PlannedBlock): NewBlock {
  return { ...withoutChildren(block), children: block.children.map(toNew) };
}

function withoutChildren({ uuid, content, properties }: PlannedBlock): NewBlock {
  return { ...(uuid !== undefined && { uuid }), content, properties, children: [] };
}

function* walk<B extends { children: B[] }>(blocks: readonly B[]): Generator<B> {
  for (const block of blocks) {
    yield block;
    yield* walk(block.children);
  }
}

function find(blocks: readonly GraphBlock[], ref: string): GraphBlock | undefined {
  for (const block of walk(blocks)) if (block.ref === ref) return block;
  return undefined;
}

/** Whether a text begins as another does, however the host has treated its blanks. */
function sameStart(one: string, other: string): boolean {
  const start = (text: string): string => text.replace(/\s+/g, '').slice(0, 20);
  return start(one) === start(other);
}

function changed(page: string): Error {
  return fail('locked', 'graph.changed', `The page “${page}” was changed in the meantime. It is read again.`);
}
