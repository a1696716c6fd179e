import { History } from './history.ts';
import { pageOf, Store, type ModelBlock, type ModelPage } from './store.ts';

export interface ModelOptions {
  /** `file`: properties are lines of the text. `db`: they are entities. */
  kind: 'file' | 'db';
  /** `old`: as 0.7, that gives uuids of its own and lacks half of the methods. `new`: the last of the kind. */
  hostAge: 'old' | 'new';
  /** What `getCurrentGraph` says. Null, as on the demo graph, unless given. */
  graph?: { name: string; url: string; path: string } | null;
  /** Whose properties and tags a DB graph makes: the calling plugin. Logseq takes this one for callers over HTTP. */
  pluginId?: string;
  /** What listeners of changes hear: everything, events without `txData`, or nothing. */
  changes?: 'full' | 'empty' | 'none';
  /** How days are named. */
  journalTitle?: string;
  newUuid?: () => string;
  now?: () => number;
  /** Called before each method, under its camel-case name; may take its time, or throw, as a host that is leaving does. */
  before?: (method: string, args: readonly unknown[]) => void | Promise<void>;
}

/** What `DB.onChanged` brings. */
export interface ChangeEvent {
  blocks: { id: number; uuid?: string; content?: string; page?: { id: number } }[];
  txData: [entity: number, attribute: string, value: unknown, tx: number, added: boolean][];
  txMeta?: { outlinerOp: string };
}

export type Method = (...args: never[]) => unknown;

/** More blocks than this change without anybody being told. */
const LOUDEST_CHANGE = 1_000;

/** The state that all methods work on: the graph, who edits what, and who wants to know. */
export class World {
  readonly options: Readonly<ModelOptions>;
  readonly store: Store;
  readonly history: History;
  readonly listeners = new Set<(event: ChangeEvent) => void>();
  /** The block that the person has the cursor in, with the text as typed so far, which is not saved yet. */
  editing: { uuid: string; text: string } | null = null;
  /** The page that is open. */
  current: ModelPage | null = null;
  #tx = 0;

  constructor(options: ModelOptions) {
    this.options = options;
    this.store = new Store(
      options.newUuid ?? (() => globalThis.crypto.randomUUID()),
      options.now ?? (() => Date.now()),
    );
    this.history = new History(this.store);
  }

  get isFile(): boolean {
    return this.options.kind === 'file';
  }

  get isOld(): boolean {
    return this.options.hostAge === 'old';
  }

  block(id: unknown): ModelBlock | undefined {
    if (typeof id === 'number') return [...this.store.blocks.values()].find((block) => block.id === id);
    const uuid = typeof id === 'object' && id !== null && 'uuid' in id ? id.uuid : id;
    if (typeof uuid !== 'string') throw new Error(`${String(uuid)} is not a valid UUID string.`);
    return this.store.blocks.get(uuid);
  }

  /** A block whose id has to be a uuid, as most methods have it. */
  blockByUuid(id: unknown): ModelBlock | undefined {
    if (typeof id === 'string' && !UUID.test(id)) throw new Error(`${id} is not a valid UUID string.`);
    return this.block(id);
  }

  /** Makes one undoable step on some pages and tells of the blocks that it concerned. */
  transact<T>(
    op: string,
    pages: ModelPage[],
    work: (made: (page: ModelPage) => void) => { told: ModelBlock[]; result: T },
  ): T {
    const step = this.history.begin(pages);
    const { told, result } = work((page) => step.made(page));
    this.#tell(op, told);
    return result;
  }

  #tell(op: string, blocks: readonly ModelBlock[]): void {
    this.#tx += 1;
    const { changes = 'full' } = this.options;
    // Of pure deletions, and of very much at once, nothing is heard.
    if (changes === 'none' || blocks.length === 0 || blocks.length > LOUDEST_CHANGE) return;
    const event: ChangeEvent = {
      blocks: blocks.map((block) => ({
        id: block.id,
        uuid: block.uuid,
        content: block.content,
        page: { id: pageOf(block).id },
      })),
      txData: changes === 'full' ? blocks.map(({ id, content }) => [id, 'content', content, this.#tx, true]) : [],
      txMeta: { outlinerOp: op },
    };
    for (const listener of this.listeners) listener(event);
  }

  /** Puts the cursor into a block a moment later, as inserting does. */
  editSoon(block: ModelBlock): void {
    setTimeout(() => {
      if (this.store.blocks.get(block.uuid) === block) this.edit(block.uuid);
    }, 0);
  }

  edit(uuid: string): void {
    if (this.editing?.uuid === uuid) return;
    this.leaveEditing();
    const block = this.store.blocks.get(uuid);
    if (block) this.editing = { uuid, text: block.content };
  }

  /** Takes the cursor away. What was typed is saved. */
  leaveEditing(): void {
    const { editing } = this;
    this.editing = null;
    const block = editing && this.store.blocks.get(editing.uuid);
    if (!block || block.content === editing.text) return;
    this.transact('save-block', [pageOf(block)], () => {
      block.content = editing.text;
      this.store.touch(block);
      return { told: [block], result: undefined };
    });
  }
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
