/** What the page of the double and the Node side of it know of each other. No part of the browser is named here. */

/** What the page is started with. The address's query has the last word: `?graph=db&host=old&theme=dark&open=Page`. */
export interface DoubleConfig {
  graph: Seed;
  /** `old`: as Logseq 0.7 with its plugin library. `new`: as the newest host library. */
  host: 'old' | 'new';
  theme: 'light' | 'dark';
  /** What plugins hear of changes: everything, events without `txData`, or nothing at all. */
  changes: 'full' | 'empty' | 'none';
  plugins: PluginConfig[];
}

export interface Seed {
  kind: 'file' | 'db';
  /** What `getCurrentGraph` says. Null, as on Logseq's demo graph. */
  graph: { name: string; url: string; path: string } | null;
  pages: SeedPage[];
}

export interface SeedPage {
  title: string;
  journal?: boolean;
  blocks: SeedBlock[];
}

export interface SeedBlock {
  content: string;
  children?: SeedBlock[];
}

/** A plugin as it is loaded: the address of its page, and what its package.json says. */
export interface PluginConfig {
  id: string;
  entry: string;
  name: string;
  version: string;
  title: string;
  icon?: string;
  effect: boolean;
  /** What a person has set before. */
  settings: Record<string, unknown>;
}

/** What tests and scripts do to the page, beyond what a person can do to it with mouse and keyboard. */
export interface Double {
  /** Names of the plugins that shook hands and are ready. */
  readonly ready: string[];
  goTo(page: string): void;
  /** The page that is open; null on journals and the list of pages. */
  readonly route: { template: string; path: string; page: string | null };
  setTheme(mode: 'light' | 'dark'): void;
  /** Another graph is opened, as a person does in the menu. */
  openGraph(seed: Seed): Promise<void>;
  reloadPlugin(id: string): Promise<void>;
  unloadPlugin(id: string): void;
  settings(id: string): Record<string, unknown>;
  setSetting(id: string, key: string, value: unknown): void;
  /** What the desktop app does with a link of the form `logseq://…` that any web page may open. */
  openLink(link: string): Promise<unknown>;
  /** Calls of this method of the API (in snake case) are never answered from now on; null: all are, again. */
  hang(method: string | null): void;
  /** Shows a block in the right sidebar. */
  openInSidebar(uuid: string): void;
  /** One call of the API, as a plugin makes it. */
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  /** The page's Markdown, as the file of a file graph has it. */
  markdown(page: string): string;
  undo(): boolean;
  /** Where a drawn block can be clicked to be edited: on its own text, not on what plugins drew, links or code. */
  textPoint(uuid: string): { x: number; y: number };
  /** Resolves when nothing is to be drawn or announced any more. */
  idle(): Promise<void>;
  readonly stats: DoubleStats;
}

export interface DoubleStats {
  /** Slots that were announced since the page was loaded. */
  slots: number;
  /** Elements that `provideUI` made and that the host still holds, drawn or not. */
  heldElements: number;
  /** `provideUI` calls that changed something. */
  drawn: number;
  /** Those whose slot or path was not there (any more). */
  missed: number;
  /** Addresses that plugins had opened in a browser. */
  opened: string[];
  /** Hooks that were sent to plugins, by name. */
  hooks: Record<string, number>;
}
