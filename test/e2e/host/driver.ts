import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  chromium,
  expect,
  type Browser,
  type BrowserContext,
  type Frame,
  type Locator,
  type Page,
} from '@playwright/test';
import type { Double, DoubleStats, Seed, SeedBlock, SeedPage } from './double.ts';
import { parseOutline, type Block } from '../../../shared/outline/index.ts';
import { startHostServer, type HostServer, type PluginSource } from './server.ts';

export type { Seed, SeedBlock } from './double.ts';
export type { PluginSource } from './server.ts';

export interface HostOptions {
  /** `file` unless given. */
  graph?: 'file' | 'db';
  /** What `getCurrentGraph` says; null as on the demo graph. A graph called `notes` unless given. */
  info?: Seed['graph'];
  /** `new` unless given. */
  host?: 'old' | 'new';
  theme?: 'light' | 'dark';
  changes?: 'full' | 'empty' | 'none';
  plugins?: readonly PluginSource[];
  /** Pages by title: as Markdown, or block by block. */
  pages?: Readonly<Record<string, string | readonly SeedBlock[]>>;
  /** The page that is opened first; else journals are. */
  open?: string;
  /** A double that is served already; what is said here of graph, host and plugins is not used. */
  at?: Pick<HostServer, 'url' | 'pluginOrigin'>;
  /** Another browser than this process's own, or one of its contexts. */
  browser?: Browser | BrowserContext;
  viewport?: { width: number; height: number };
  /** Whether what the page writes to its console as an error, or throws, fails `close`. Off unless given. */
  strict?: boolean;
}

/** The double in a browser, as a test uses it. */
export interface Host {
  readonly page: Page;
  /** The address of the double's page, and the origin that all plugins share. */
  readonly url: string;
  readonly pluginOrigin: string;
  /** Whatever the page and its frames threw or wrote as an error. */
  readonly errors: string[];
  goTo(title: string): Promise<void>;
  /** A block of the open page by its uuid, or by what its text contains. */
  block(which: string): Locator;
  /** A block's text as the graph has it. */
  blockText(uuid: string): Promise<string | undefined>;
  /** All uuids of a page in the order in which they stand. */
  uuids(title: string): Promise<string[]>;
  /** A page's Markdown as the file of a file graph has it. */
  markdown(title: string): Promise<string>;
  /** Puts the cursor at the end of a block, by a click. */
  edit(which: string): Promise<void>;
  /** Types a command behind a `/` into the block that has the cursor, and takes the first that is offered. */
  slash(command: string): Promise<void>;
  /** Runs a command by the palette. */
  palette(command: string): Promise<void>;
  /** Takes an entry of a block's context menu. */
  blockMenu(which: string, entry: string): Promise<void>;
  /** One call of the API. */
  call<T>(method: string, ...args: readonly unknown[]): Promise<T>;
  /** A plugin's frame. Main UIs that it shows in frames of its own are among the page's frames. */
  plugin(id: string): Frame;
  /** Waits until these plugins are there. */
  ready(...ids: string[]): Promise<void>;
  setTheme(mode: 'light' | 'dark'): Promise<void>;
  openGraph(graph: Omit<HostOptions, 'plugins'>): Promise<void>;
  reloadPlugin(id: string): Promise<void>;
  openLink(link: string): Promise<unknown>;
  hang(method: string | null): Promise<void>;
  openInSidebar(uuid: string): Promise<void>;
  settings(id: string): Promise<Record<string, unknown>>;
  setSetting(id: string, key: string, value: unknown): Promise<void>;
  undo(): Promise<boolean>;
  /** Until the double has nothing to draw or to announce any more. */
  idle(): Promise<void>;
  stats(): Promise<DoubleStats>;
  /** Ends everything that `openHost` started. */
  close(): Promise<void>;
}

/** Starts the double with its plugins in a headless Chromium, and waits until they are ready. Close it. */
export async function openHost(options: HostOptions = {}): Promise<Host> {
  const closers: (() => Promise<unknown>)[] = [];
  const server = options.at ?? (await serve(options, closers));
  const close = async () => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    const { browser: given } = options;
    const browser = given ?? (await openChromium());
    if (!given) closers.push(() => browser.close());
    const context = 'newContext' in browser ? await browser.newContext(viewport(options)) : browser;
    if (context !== given) closers.push(() => context.close());
    const page = await context.newPage();
    if (context === given) closers.push(() => page.close());
    const errors = watch(page);
    await page.goto(`${server.url}${options.open === undefined ? '' : `?open=${encodeURIComponent(options.open)}`}`);
    await page.waitForFunction('"double" in globalThis');
    const host = drive(page, server.url, server.pluginOrigin, errors);
    await host.ready(...(options.plugins ?? []).map(({ id }) => id));
    return {
      ...host,
      async close() {
        await close();
        if (options.strict && errors.length > 0)
          throw new Error(`The page is not without errors:\n${errors.join('\n')}`);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(options: HostOptions, closers: (() => Promise<unknown>)[]): Promise<HostServer> {
  const server = await startHostServer({
    graph: seedOf(options),
    host: options.host ?? 'new',
    theme: options.theme ?? 'light',
    changes: options.changes ?? 'full',
    plugins: options.plugins ?? [],
  });
  closers.push(() => server.close());
  return server;
}

/** The system's Chromium or Chrome, wherever it is on the path; CHROMIUM can name another. */
export function openChromium(): Promise<Browser> {
  const path = process.env['CHROMIUM'] ?? onPath(['chromium', 'chromium-browser', 'google-chrome']);
  return chromium.launch({
    ...(path === undefined ? { channel: 'chrome' } : { executablePath: path }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

const viewport = ({ viewport: size }: HostOptions) => ({ viewport: size ?? { width: 1180, height: 1000 } });

/** A slot was replaced while the plugin's drawing was on its way: no plugin can know, and Logseq complains likewise. */
const GONE = /can not resolve selector target #slot__/;

function watch(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !GONE.test(message.text())) errors.push(message.text());
  });
  return errors;
}

function drive(page: Page, url: string, pluginOrigin: string, errors: string[]): Omit<Host, 'close'> {
  /** Names a member of the double's own handle; functions are called. */
  const ask = <T>(name: keyof Double, ...args: unknown[]): Promise<T> =>
    page.evaluate(
      async ([member, given]) => {
        const { double } = globalThis as unknown as { double: Record<string, unknown> };
        const found = double[member];
        return (typeof found === 'function' ? await found(...given) : found) as T;
      },
      [name, args] as const,
    );
  const block = (which: string) =>
    UUID.test(which)
      ? page.locator(`.ls-block[blockid="${which}"]`).first()
      : page
          .locator('.ls-block')
          .filter({ has: page.locator(':scope > .block-main-container', { hasText: which }) })
          .first();
  const chosen = async (menu: string, label: string) => {
    await page.locator(`${menu} [role=option]`, { hasText: label }).first().click();
  };
  return {
    page,
    url,
    pluginOrigin,
    errors,
    goTo: async (title) => {
      await ask('goTo', title);
      await page.locator('h1.title', { hasText: title }).first().waitFor();
    },
    block,
    async blockText(uuid) {
      const found = await ask<{ content?: string } | undefined>('call', 'get_block', [uuid]);
      return found?.content;
    },
    async uuids(title) {
      const tree = await ask<Node[] | undefined>('call', 'get_page_blocks_tree', [title]);
      return (tree ?? []).flatMap(uuidsOf);
    },
    markdown: (title) => ask('markdown', title),
    async edit(which) {
      const uuid = await block(which).getAttribute('blockid');
      const editor = page.locator('.editor-wrapper textarea');
      // The page moves when the panel beside it goes: a click may find the text no longer where it was.
      await expect(async () => {
        const { x, y } = await ask<{ x: number; y: number }>('textPoint', uuid);
        await page.mouse.click(x, y);
        await editor.waitFor({ timeout: 2_000 });
      }).toPass({ timeout: 30_000 });
    },
    async slash(command) {
      await page.locator('.editor-wrapper textarea').pressSequentially(`/${command}`);
      await chosen('[data-modal-name=commands]', command);
    },
    async palette(command) {
      await page.keyboard.press('Control+Shift+P');
      await page.locator('.cp__palette-input').fill(command);
      await chosen('.command-results', command);
    },
    async blockMenu(which, entry) {
      await block(which).locator('.bullet-container').first().click({ button: 'right' });
      await chosen('[data-modal-name=block-context-menu]', entry);
    },
    call: <T>(method: string, ...args: readonly unknown[]) => ask<T>('call', method, args),
    plugin(id) {
      const frame = page.frames().find((one) => one.url().includes(`/${id}/index.html`));
      if (!frame) throw new Error(`The plugin ${id} is not loaded`);
      return frame;
    },
    async ready(...ids) {
      await page.waitForFunction(
        (wanted) => {
          const { double } = globalThis as unknown as { double?: Double };
          return double !== undefined && wanted.every((id) => double.ready.includes(id));
        },
        ids,
        { polling: 20 },
      );
    },
    setTheme: (mode) => ask('setTheme', mode),
    openGraph: (graph) => ask('openGraph', seedOf(graph)),
    reloadPlugin: (id) => ask('reloadPlugin', id),
    openLink: (link) => ask('openLink', link),
    hang: (method) => ask('hang', method),
    openInSidebar: (uuid) => ask('openInSidebar', uuid),
    settings: (id) => ask('settings', id),
    setSetting: (id, key, value) => ask('setSetting', id, key, value),
    undo: () => ask('undo'),
    idle: () => ask('idle'),
    stats: () => ask('stats'),
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

interface Node {
  uuid: string;
  children?: Node[];
}
const uuidsOf = (node: Node): string[] => [node.uuid, ...(node.children ?? []).flatMap(uuidsOf)];

const NOTES = { name: 'notes', url: 'logseq_local_/home/person/notes', path: '/home/person/notes' };

/** Pages by their Markdown or their blocks, as the double starts with them. */
export function seedOf({ graph = 'file', info, pages = {} }: Pick<HostOptions, 'graph' | 'info' | 'pages'>): Seed {
  return {
    kind: graph,
    graph: info === undefined ? NOTES : info,
    pages: Object.entries(pages).map(([title, blocks]): SeedPage => ({ title, blocks: blocksOf(blocks) })),
  };
}

/** A page's blocks, from its Markdown as Logseq writes it. */
function blocksOf(given: string | readonly SeedBlock[]): SeedBlock[] {
  if (typeof given !== 'string') return [...given];
  const { blocks } = parseOutline(given);
  const seed = (block: Block): SeedBlock => ({ content: block.content, children: block.children.map(seed) });
  return blocks.map(seed);
}
