import { dbMethods } from './db-methods.ts';
import { fileMethods } from './file-methods.ts';
import { markdownOf } from './file-text.ts';
import { type ModelBlock, type ModelPage } from './store.ts';
import { World, type ChangeEvent, type Method, type ModelOptions } from './world.ts';

export type { ChangeEvent, ModelOptions } from './world.ts';
export type { ModelBlock, ModelPage } from './store.ts';

/**
 * A Logseq graph in memory, as its API shows it, with the unkind parts of logseq.md. Runs in a browser and in Node; it is
 * what the host double, the HTTP server of the tests and the conformance suite stand on.
 */
export interface Model {
  readonly options: Readonly<ModelOptions>;
  /**
   * Calls a method of the API by its name in the SDK (`logseq.Editor.getBlock`) or in the host (`get_block`). Gives copies
   * in plain JSON; undefined where Logseq gives nothing. Rejects with `MethodNotExist: …` for what this host does not have.
   */
  call(method: string, args?: readonly unknown[]): Promise<unknown>;
  /** What `DB.onChanged` brings; the result ends it. */
  onChanged(listener: (event: ChangeEvent) => void): () => void;
  /** Takes the last step back, as Ctrl-Z does; false when there is none. */
  undo(): boolean;
  /** How many steps can be taken back. */
  readonly undoSteps: number;

  // What a person does, and sees.

  /** The pages, as they are. Not copies: look, and change them by calls or by `person`. */
  readonly pages: readonly ModelPage[];
  page(title: string): ModelPage | undefined;
  block(uuid: string): ModelBlock | undefined;
  /** A page's Markdown, as Logseq would write its file. */
  markdown(title: string): string;
  readonly current: ModelPage | null;
  open(title: string): void;
  readonly editing: { readonly uuid: string; readonly text: string } | null;
  /** Puts the cursor into a block, or takes it away, which saves what was typed. */
  edit(uuid: string | null): void;
  /** Sets the text of the block that has the cursor. Not saved before the cursor leaves. */
  type(text: string): void;
  /** Changes the graph behind the API's back, as a person's doing. */
  person(work: () => void): void;
}

export function createModel(options: ModelOptions): Model {
  const world = new World(options);
  const methods = new Map<string, Method>(
    Object.entries({ ...commonMethods(world), ...(options.kind === 'db' ? dbMethods(world) : fileMethods(world)) }),
  );
  /** By its title, or as the links of a database graph have it, by its uuid. */
  const pageOf = (name: string): ModelPage | undefined =>
    world.store.pageByTitle(name) ?? [...world.store.pages.values()].find(({ uuid }) => uuid === name);
  return {
    options,
    async call(method, args = []) {
      const name = toCamel(method.split(/[.@]/).at(-1)!);
      await options.before?.(name, args);
      const found = methods.get(ALIASES[name] ?? name);
      if (!found) throw new Error(`MethodNotExist: ${method}`);
      return copy(await found(...(structuredClone(args) as never[])));
    },
    onChanged(listener) {
      world.listeners.add(listener);
      return () => world.listeners.delete(listener);
    },
    undo: () => world.history.undo(),
    get undoSteps() {
      return world.history.length;
    },
    get pages() {
      return [...world.store.pages.values()];
    },
    page: pageOf,
    block: (uuid) => world.store.blocks.get(uuid),
    markdown: (title) => {
      const page = world.store.pageByTitle(title);
      return page ? markdownOf(page) : '';
    },
    get current() {
      return world.current;
    },
    open(title) {
      world.current = pageOf(title) ?? null;
    },
    get editing() {
      return world.editing;
    },
    edit(uuid) {
      if (uuid === null) world.leaveEditing();
      else world.edit(uuid);
    },
    type(text) {
      if (world.editing) world.editing.text = text;
    },
    person(work) {
      world.transact('save-block', this.pages.slice(), () => {
        work();
        return { told: [], result: undefined };
      });
    },
  };
}

/** `App.getInfo` is `get_app_info` in the host. */
const ALIASES: Readonly<Record<string, string>> = { getInfo: 'getAppInfo', newBlockUUID: 'newBlockUuid' };

function commonMethods(world: World): Record<string, Method> {
  const { options } = world;
  const isNewDb = options.kind === 'db';
  return {
    getAppInfo: () => ({
      version: isNewDb ? '2.0.3' : world.isOld ? '0.7.1' : '0.10.9',
      ...(isNewDb && { supportDb: true }),
    }),
    getCurrentGraph: () => options.graph ?? null,
    ...(isNewDb && { checkCurrentIsDbGraph: () => true }),
    getUserConfigs: () => ({
      preferredLanguage: 'en',
      preferredThemeMode: 'light',
      preferredFormat: 'markdown',
      preferredDateFormat: options.journalTitle ?? 'MMM do, yyyy',
      currentGraph: options.graph?.url ?? 'local',
      ...(!isNewDb && { preferredWorkflow: 'todo', preferredTodo: 'TODO' }),
    }),
    checkEditing: () => world.editing?.uuid ?? false,
    exitEditingMode: () => {
      world.leaveEditing();
      return null;
    },
    editBlock: (uuid: string) => world.edit(uuid),
    getEditingBlockContent: () => world.editing?.text ?? '',
    getEditingCursorPosition: () =>
      world.editing ? { left: 0, top: 0, height: 20, pos: world.editing.text.length } : null,
    insertAtEditingCursor: (text: string) => {
      if (world.editing) world.editing.text += text;
    },
    getCurrentPage: () => {
      const page = world.current;
      return page && { id: page.id, uuid: page.uuid, name: page.title.toLowerCase(), originalName: page.title };
    },
    ...(!world.isOld && { newBlockUuid: () => world.store.newUuid() }),
  };
}

const toCamel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What crosses the border is JSON, but for a missing result. */
function copy(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
