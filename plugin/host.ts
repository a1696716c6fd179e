import type { Json, JsonObject } from '../shared/json.ts';
import type { PageBlock } from '../shared/protocol/calls/pages.ts';

export type Off = () => void;

/** What the plugin needs of Logseq. The one implementation is logseq.ts; nothing else names the host's library. */
export interface Host {
  /**
   * Resolves when Logseq answers. `model` holds the functions that `data-on-click` and its like may name. Any page and any
   * plugin can call them (logseq.md, The dangerous facts), so none may start, approve or trust anything by itself.
   */
  ready(model: Readonly<Record<string, (event: UiEvent) => void>>): Promise<void>;
  settings: HostSettings;
  ui: HostUi;
  mainUi: HostMainUi;
  commands: HostCommands;
  /** A macro of ours was rendered: a new slot, often short-lived. `uuid` is the source block's. */
  onMacro(heard: (macro: { slot: string; role: string; uuid: string }) => void): void;
  onRoute(heard: () => void): Off;
  onGraph(heard: () => void): Off;
  /** Blocks changed. A hint only: it may be missing, late, or without saying which. */
  onChanged(heard: (uuids: string[]) => void): Off;
  graph(): Promise<HostGraph>;
  /** The whole name of the page that a block is on; undefined when there is no such block any more. */
  pageOf(uuid: string): Promise<string | undefined>;
  /** The whole name of the page that is open now, if any. */
  currentPage(): Promise<string | undefined>;
  /**
   * What the host's own methods take for the page of a whole name: in a file graph the name, and in a database graph, where a
   * title can be that of several, its uuid; undefined when it has no such page.
   */
  ref(page: string): Promise<string | undefined>;
  /** By the page's whole name. Null for a page that does not exist. */
  tree(page: string): Promise<PageBlock[] | null>;
  /** Carries out one method of the host's API, named `logseq.Namespace.method`. Rejects as the host does. */
  call(method: string, args: readonly Json[]): Promise<Json>;
  openInBrowser(url: string): void;
}

export interface HostGraph {
  id: string;
  name: string;
  kind: 'file' | 'db';
}

export interface HostSettings {
  get(): Readonly<JsonObject>;
  /** Merges. A null deletes. */
  set(values: JsonObject): void;
  onChange(heard: () => void): Off;
}

export interface HostUi {
  /** Draws into a slot, or into whatever a selector finds. Every call rebuilds what stood under the key. */
  draw(where: { key: string; slot: string } | { key: string; path: string }, template: string): void;
  /** Takes away what was drawn under a key. */
  clear(key: string): void;
  style(key: string, css: string): void;
  /** Whether a slot is still on the page. */
  slotLives(slot: string): Promise<boolean>;
  /** The prefix that the host gives to the element of a key. */
  elementId(key: string): string;
  message(text: string, kind: 'success' | 'warning' | 'error'): void;
}

/** What the host tells of a DOM event: no `checked`, no key, no `isTrusted`. */
export interface UiEvent {
  value?: string;
  id?: string;
  dataset: Readonly<Record<string, string | undefined>>;
}

/** The plugin's own window over the host's page: this very document. */
export interface HostMainUi {
  /** Shows it at a place, with the focus in it. */
  show(style: Readonly<Record<string, string | number>>): void;
  /** Gives the cursor back to the block that had it. */
  hide(): void;
  /** Somebody else showed or hid it. */
  onVisible(heard: (visible: boolean) => void): Off;
  theme(): Promise<'light' | 'dark'>;
  onTheme(heard: (theme: 'light' | 'dark') => void): Off;
}

/** Where a person finds commands. `run` gets the block that it is about, where there is one. */
export interface HostCommands {
  slash(tag: string, run: (uuid: string | undefined) => void): void;
  /** In the palette, with keys where it has some. */
  palette(command: { key: string; label: string; keys?: string }, run: () => void): void;
  blockMenu(label: string, run: (uuid: string | undefined) => void): void;
  toolbar(key: string, template: string): void;
}
