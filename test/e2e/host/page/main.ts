import type { Double, DoubleConfig, Seed } from '../double.ts';
import type { Model } from '../model/model.ts';
import type { ModelBlock } from '../model/store.ts';
import { createApi } from './api.ts';
import { createChrome } from './chrome.ts';
import { createCommands, strikes, type SimpleCommand, type SlashCommand } from './commands.ts';
import { make } from './dom.ts';
import type { RunSlash } from './editor.ts';
import './host.css';
import { createMenu, openPalette, type MenuItem } from './menus.ts';
import { createMessages } from './messages.ts';
import { createBlockList, type BlockList, type OutlinerWorld } from './outliner.ts';
import { createPlugins, type Plugin } from './plugins.ts';
import { createRoute } from './route.ts';
import { graphOf, journalTitle } from './seed.ts';
import { openSettings } from './settings-dialog.ts';
import { createSlots } from './slots.ts';
import { toSnake } from './snake.ts';
import { textPoint } from './text-point.ts';

/** Near enough to the end of what is drawn to draw more, in pixels. */
const NEAR_END = 1_000;

async function start(): Promise<void> {
  const config = await configuration();
  document.documentElement.dataset.host = config.host;
  const root = document.getElementById('root')!;
  const opened: string[] = [];
  let hung: string | null = null;
  let model: Model = await graphOf(config.graph, config);

  const theme = {
    mode: config.theme,
    set(mode: 'light' | 'dark') {
      const other = mode !== theme.mode;
      theme.mode = mode;
      paint(mode, config.host);
      if (other) plugins.hook('app', 'theme-mode-changed', { mode });
    },
  };
  paint(config.theme, config.host);

  const commands = createCommands(() => drawToolbar());
  const messages = createMessages(document.body);
  const slash = createMenu(document.body, 'commands');
  const context = createMenu(document.body, 'block-context-menu');
  const route = createRoute(() => {
    openRoute();
    plugins.hook('app', 'route-changed', route.current);
  });

  let closeSettings: (() => void) | undefined;
  const plugins = createPlugins(config.host, {
    api: (plugin, method, args) => (toSnake(method) === hung ? new Promise(() => {}) : api(plugin, method, args)),
    unloaded: (plugin) => commands.forget(plugin.config.id),
    showSettings,
    restoreCursor,
  });
  const slots = createSlots({
    host: config.host,
    announce: (event) => plugins.hook('app', event.type, event),
  });

  const chrome = createChrome(root, {
    home: () => route.goHome(),
    all: () => route.goAll(),
    palette: () => openPalette(paletteItems()),
    theme: () => theme.set(theme.mode === 'light' ? 'dark' : 'light'),
    more: (at) => context.open(moreItems(), { left: at.left - 140, top: at.bottom }),
    changed: () => changed(),
  });

  const world: OutlinerWorld = {
    host: config.host,
    model: () => model,
    slots,
    go: (page) => route.go(page),
    menu: (uuid, event) => context.open(blockItems(uuid), { left: event.clientX, top: event.clientY }),
    changed: () => changed(),
    editor: {
      changed: () => changed(),
      slash: (menu) => {
        if (!menu) {
          slash.close();
          return;
        }
        const query = menu.query.toLowerCase();
        const items = slashItems(menu.run).filter(({ label }) => label.toLowerCase().includes(query));
        slash.open(items, { left: menu.at.left, top: menu.at.bottom + 4 });
      },
      slashKey: (event) => slash.key(event),
    },
  };

  const api = createApi({
    age: config.host,
    model: () => model,
    plugins,
    commands,
    messages,
    route,
    theme,
    changed: () => changed(),
    rescanSlots: () => slots.rescan(),
    openInSidebar,
    toggleSidebar: (side, flag) => {
      const open = chrome.toggle(side, flag);
      if (side === 'right') plugins.hook('app', 'sidebar-visible-changed', { visible: open });
    },
    showSettings,
    runSimple: (plugin, key, args) => {
      const command = commands.simple.find((one) => one.plugin === plugin && one.key === key);
      if (command) runSimple(command, { args });
    },
    restoreCursor,
    opened,
  });

  // What is drawn.

  let lists: { list: BlockList; blocks: () => readonly ModelBlock[] }[] = [];
  let pageLists: typeof lists = [];
  const sidebar: typeof lists = [];

  function openRoute(): void {
    for (const { list } of pageLists) list.close();
    pageLists = [];
    context.close();
    slash.close();
    model.edit(null);
    const { page } = route;
    if (page !== null) openPage(page);
    else if (route.current.template === '/all-pages') openAllPages();
    else openJournals();
    lists = [...pageLists, ...sidebar];
    chrome.scroller.scrollTop = 0;
    changed();
  }

  function openPage(title: string): void {
    model.open(title);
    document.body.dataset.page = 'page';
    const list = createBlockList(world, { editable: true, limited: true, depth: 0 });
    const references = createBlockList(world, { editable: false, limited: false, depth: 1 });
    const linked = make(
      'div',
      { class: 'references page-linked' },
      make('h2', {}, 'Linked References'),
      references.element,
    );
    const shown = model.page(title)?.title ?? title;
    chrome.main.replaceChildren(
      make(
        'div',
        { class: 'page-inner' },
        make('div', { class: 'ls-page-title' }, make('h1', { class: 'title' }, shown)),
        list.element,
        linked,
      ),
    );
    pageLists = [
      { list, blocks: () => model.page(title)?.children ?? [] },
      {
        list: references,
        blocks: () => {
          const found = referring(model, title);
          linked.hidden = found.length === 0;
          return found;
        },
      },
    ];
  }

  function openJournals(): void {
    document.body.dataset.page = 'home';
    const today = journalTitle(new Date());
    const days = model.pages.filter((page) => page.journal).map((page) => page.title);
    const titles = [...(days.includes(today) ? [] : [today]), ...days.toReversed()];
    if (!model.page(today))
      void model
        .call('create_page', [today, {}, { redirect: false, journal: true }])
        .then(() => model.edit(null))
        .then(changed);
    model.open(today);
    const inner = make('div', { id: 'journals' });
    for (const title of titles) {
      const list = createBlockList(world, { editable: true, limited: true, depth: 0 });
      const link = make('a', { class: 'journal-title' }, title);
      link.addEventListener('click', () => route.go(title));
      inner.append(make('div', { class: 'journal-item content' }, make('h1', { class: 'title' }, link), list.element));
      pageLists.push({ list, blocks: () => model.page(title)?.children ?? [] });
    }
    chrome.main.replaceChildren(inner);
  }

  function openAllPages(): void {
    document.body.dataset.page = 'all-pages';
    const rows = model.pages
      .filter((page) => page.deletedAt === undefined)
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .map((page) => make('li', {}, pageLink(page.title)));
    chrome.main.replaceChildren(
      make('div', { class: 'cp__all_pages' }, make('h1', { class: 'title' }, 'All pages'), make('ul', {}, ...rows)),
    );
  }

  function pageLink(title: string): HTMLElement {
    const link = make('a', { class: 'page-ref', href: `#/page/${encodeURIComponent(title)}` }, title);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      route.go(title);
    });
    return link;
  }

  function openInSidebar(uuid: string): void {
    const block = model.block(uuid);
    if (!block) return;
    chrome.toggle('right', true);
    const list = createBlockList(world, { editable: false, limited: false, depth: 0 });
    chrome.right.append(make('div', { class: 'sidebar-item content' }, list.element));
    sidebar.push({ list, blocks: () => [model.block(uuid)].filter((one) => one !== undefined) });
    lists = [...pageLists, ...sidebar];
    changed();
  }

  let frame: number | undefined;
  function changed(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
    // What the model does a moment later, such as putting the cursor into a new block.
    setTimeout(() => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        draw();
      });
    }, 5);
  }
  let recent = '';
  function draw(): void {
    for (const { list, blocks } of lists) list.show(blocks());
    const titles = model.pages.filter((page) => !page.journal && page.children.length > 0).map((page) => page.title);
    if (titles.join('\n') === recent) return;
    recent = titles.join('\n');
    chrome.leftPages.replaceChildren(...titles.slice(-20).map((title) => make('li', {}, pageLink(title))));
  }
  chrome.scroller.addEventListener('scroll', () => {
    const { scrollTop, clientHeight, scrollHeight } = chrome.scroller;
    if (scrollTop + clientHeight > scrollHeight - NEAR_END) for (const { list } of pageLists) if (list.more()) break;
  });

  function drawToolbar(): void {
    const prefix = config.host === 'new' ? 'pl-' : '';
    const wanted = new Set<string>();
    for (const { plugin, type, key, template } of commands.items) {
      if (type !== 'toolbar') continue;
      const id = `${prefix}injected-ui-item-${key}-${plugin}`;
      wanted.add(id);
      if (!document.getElementById(id))
        chrome.toolbar.append(make('div', { id, class: `${prefix}injected-ui-item-toolbar`, title: key }));
      plugins.ui.provide(plugin, { slot: id, key, template }, (name, event) =>
        plugins.all.get(plugin)?.frame?.call(name, event),
      );
    }
    for (const item of chrome.toolbar.querySelectorAll(':scope > *')) if (!wanted.has(item.id)) item.remove();
  }

  // What commands do.

  function paletteItems(): MenuItem[] {
    return [
      ...commands.simple
        .filter((one) => one.palette)
        .map((one) => ({
          label: String(one.registered.desc ?? one.label),
          hint: one.binding.join(' '),
          run: () => runSimple(one),
        })),
      { label: 'Go to journals', run: () => route.goHome() },
      { label: 'Go to all pages', run: () => route.goAll() },
      { label: 'Toggle between dark and light theme', run: () => theme.set(theme.mode === 'light' ? 'dark' : 'light') },
      { label: 'Undo', run: undo },
      ...model.pages.map((page) => ({ label: page.title, hint: 'page', run: () => route.go(page.title) })),
    ];
  }

  function moreItems(): MenuItem[] {
    return [...plugins.all.values()].map((plugin) => ({
      label: `Settings of ${plugin.config.title}`,
      run: () => showSettings(plugin, true),
    }));
  }

  function blockItems(uuid: string): MenuItem[] {
    return [
      { label: 'Open in sidebar', run: () => openInSidebar(uuid) },
      { label: 'Delete', run: () => void model.call('remove_block', [uuid]).then(changed) },
      ...commands.simple
        .filter((one) => one.type === 'block-context-menu-item')
        .map((one) => ({ label: one.label, run: () => runSimple(one, { uuid }) })),
    ];
  }

  function slashItems(run: RunSlash): MenuItem[] {
    const insert = (label: string, text: string): MenuItem => ({
      label,
      run: () =>
        run((acts) => {
          acts.clear();
          acts.insert(text);
        }),
    });
    return [
      ...commands.slash.map((one) => ({ label: one.tag, hint: one.plugin, run: () => runSlash(one, run) })),
      insert('TODO', 'TODO '),
      insert('Page reference', '[[]]'),
      insert('Code block', '```\n\n```'),
    ];
  }

  function runSlash({ plugin, steps }: SlashCommand, run: RunSlash): void {
    const uuid = model.editing?.uuid ?? null;
    run((acts) => {
      for (const [action, ...rest] of steps) {
        if (action === 'editor/clear-current-slash') acts.clear();
        else if (action === 'editor/input') acts.insert(String(rest[0] ?? ''));
        else if (action === 'editor/hook')
          plugins.hook('editor', String(rest[0]), { pid: plugin, format: 'markdown', uuid }, plugin);
      }
    });
  }

  function runSimple({ plugin, registered, event }: SimpleCommand, more: { uuid?: string; args?: unknown } = {}): void {
    const uuid = more.uuid ?? model.editing?.uuid ?? null;
    // The plugin's id is written in another way than in slash commands; nobody should look at it.
    plugins.hook('editor', event, { ...registered, ...more, pid: `:${plugin}`, format: null, uuid }, plugin);
  }

  function showSettings(plugin: Plugin, visible: boolean): void {
    closeSettings?.();
    closeSettings = visible ? openSettings(plugin, config.host) : undefined;
  }

  function restoreCursor(): void {
    document.querySelector<HTMLTextAreaElement>('.editor-wrapper textarea')?.focus();
  }

  function undo(): void {
    model.undo();
    changed();
  }

  addEventListener('keydown', (event) => {
    if (context.key(event)) {
      event.preventDefault();
      return;
    }
    const editing = document.activeElement instanceof HTMLTextAreaElement;
    if (strikes('mod+shift+p', event)) {
      event.preventDefault();
      openPalette(paletteItems());
    } else if (
      strikes('mod+z', event) &&
      !(editing && model.editing?.text !== model.block(model.editing!.uuid)?.content)
    ) {
      event.preventDefault();
      undo();
    } else {
      const struck = commands.simple.find(
        (one) =>
          one.binding.some((binding) => strikes(binding, event)) &&
          (one.mode === 'global' || (one.mode === 'editing') === editing),
      );
      if (!struck) return;
      event.preventDefault();
      runSimple(struck);
    }
  });
  // A click beside takes the cursor away, as it closes menus.
  document.addEventListener('mousedown', (event) => {
    const target = event.target as Element;
    if (!target.closest('.absolute-modal')) context.close();
    if (target.closest('.editor-wrapper, .block-content, .absolute-modal, .ui__modal, .lsp-iframe-sandbox-container'))
      return;
    if (!model.editing) return;
    model.edit(null);
    changed();
  });

  const listen = () =>
    model.onChanged((event) => {
      plugins.hook('db', 'changed', event);
      for (const block of event.blocks)
        if (block.uuid)
          plugins.hook('db', `block:${block.uuid}`, { block, txData: event.txData, txMeta: event.txMeta });
      changed();
    });
  listen();

  async function openGraph(seed: Seed): Promise<void> {
    model = await graphOf(seed, config);
    listen();
    for (const { list } of sidebar.splice(0)) list.close();
    chrome.right.replaceChildren();
    route.goHome();
    openRoute();
    plugins.hook('app', 'current-graph-changed', {});
  }

  const double: Double = {
    get ready() {
      return [...plugins.all.values()].filter((plugin) => plugin.ready).map((plugin) => plugin.config.id);
    },
    goTo: (page) => route.go(page),
    get route() {
      const { template, path } = route.current;
      return { template, path, page: route.page };
    },
    setTheme: (mode) => theme.set(mode),
    openGraph,
    reloadPlugin: (id) => plugins.reload(id),
    unloadPlugin: (id) => plugins.unload(id),
    settings: (id) => ({ ...plugins.all.get(id)?.settings.values }),
    setSetting: (id, key, value) => plugins.all.get(id)?.settings.set(key, value),
    openLink: async (link) => {
      const url = new URL(link);
      if (url.protocol !== 'logseq:' || url.host !== 'x-callback-url' || url.pathname !== '/invokeCommand')
        throw new Error(`Not a link that the double knows: ${link}`);
      const keys = (url.searchParams.get('action') ?? '').split('.');
      const [kind, id = '', group] = keys;
      if (kind !== 'plugin') return undefined;
      const args = [url.searchParams.get('payload')];
      return api(undefined, 'invoke_external_plugin_cmd', [id, group, keys.at(-1), args]);
    },
    hang: (method) => {
      hung = method;
    },
    openInSidebar,
    call: async (method, args) => api(undefined, method, [...args]),
    markdown: (page) => model.markdown(page),
    undo: () => {
      const undone = model.undo();
      changed();
      return undone;
    },
    textPoint,
    get stats() {
      const { held, drawn, missed } = plugins.ui.counts;
      return { slots: slots.announced, heldElements: held, drawn, missed, opened, hooks: plugins.hookCounts };
    },
  };
  Object.assign(globalThis, { double });

  const wanted = new URLSearchParams(location.search).get('open');
  if (wanted !== null && location.hash === '') location.hash = `#/page/${encodeURIComponent(wanted)}`;
  openRoute();
  for (const plugin of config.plugins)
    void plugins.load(plugin).catch((error: unknown) => {
      messages.show(`${plugin.title}: ${String(error)}`, 'error', { timeout: 0 });
    });
}

async function configuration(): Promise<DoubleConfig> {
  const config = (await (await fetch('./double.json')).json()) as DoubleConfig;
  const query = new URLSearchParams(location.search);
  const pick = <T extends string>(name: string, allowed: readonly T[], fallback: T): T =>
    allowed.find((one) => one === query.get(name)) ?? fallback;
  return {
    ...config,
    host: pick('host', ['old', 'new'], config.host),
    theme: pick('theme', ['light', 'dark'], config.theme),
    graph: { ...config.graph, kind: pick('graph', ['file', 'db'], config.graph.kind) },
  };
}

function paint(mode: 'light' | 'dark', host: 'old' | 'new'): void {
  const { documentElement: html, body } = document;
  html.dataset.theme = mode;
  html.classList.toggle('dark', mode === 'dark');
  if (host === 'new') html.dataset.color = 'logseq';
  else delete html.dataset.color;
  body.className = mode === 'dark' ? 'dark-theme' : 'white-theme light-theme';
}

/** Blocks on other pages that name a page. */
function referring(model: Model, title: string): ModelBlock[] {
  const wanted = `[[${title.toLowerCase()}]]`;
  const under = (blocks: readonly ModelBlock[]): ModelBlock[] =>
    blocks.flatMap((block) => (block.content.toLowerCase().includes(wanted) ? [block] : under(block.children)));
  return model.pages.filter((page) => page.title !== title).flatMap((page) => under(page.children));
}

void start();
