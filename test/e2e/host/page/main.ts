import type { Double, DoubleConfig, Seed } from '../double.ts';
import type { Model } from '../model/model.ts';
import { createApi } from './api.ts';
import { createChrome } from './chrome.ts';
import { createCommands, strikes } from './commands.ts';
import './host.css';
import { createInvoke } from './invoke.ts';
import { createMenu, openPalette } from './menus.ts';
import { createMessages } from './messages.ts';
import type { OutlinerWorld } from './outliner.ts';
import { createPages } from './pages.ts';
import { createPlugins, type Plugin } from './plugins.ts';
import { createRoute } from './route.ts';
import { graphOf } from './seed.ts';
import { openSettings } from './settings-dialog.ts';
import { createSlots } from './slots.ts';
import { toSnake } from './snake.ts';
import { textPoint } from './text-point.ts';
import { createTheme } from './theme.ts';
import { drawToolbar } from './toolbar.ts';

/** Puts the double together: the graph, the window, the plugins, and the handle that tests have. */
async function start(): Promise<void> {
  const config = await configuration();
  const age = config.host;
  const opened: string[] = [];
  let hung: string | null = null;
  let model: Model = await graphOf(config.graph, config);

  const theme = createTheme(config.theme, age, (mode) => plugins.hook('app', 'theme-mode-changed', { mode }));
  const commands = createCommands(() => drawToolbar(chrome.toolbar, commands.items, plugins, age));
  const messages = createMessages(document.body);
  const slash = createMenu(document.body, 'commands');
  const context = createMenu(document.body, 'block-context-menu');
  const route = createRoute(() => {
    context.close();
    slash.close();
    pages.open();
    plugins.hook('app', 'route-changed', route.current);
  });

  let closeSettings: (() => void) | undefined;
  const showSettings = (plugin: Plugin, visible: boolean) => {
    closeSettings?.();
    closeSettings = visible ? openSettings(plugin, age) : undefined;
  };
  const restoreCursor = () => document.querySelector<HTMLTextAreaElement>('.editor-wrapper textarea')?.focus();
  const plugins = createPlugins(age, {
    api: (plugin, method, args) => (toSnake(method) === hung ? new Promise(() => {}) : api(plugin, method, args)),
    unloaded: (plugin) => commands.forget(plugin.config.id),
    showSettings,
    restoreCursor,
  });
  const slots = createSlots({ host: age, announce: (event) => plugins.hook('app', event.type, event) });

  const invoke = createInvoke({
    model: () => model,
    commands,
    plugins: () => plugins,
    route,
    theme,
    changed: () => pages.changed(),
    openInSidebar: (uuid) => pages.openInSidebar(uuid),
  });
  const chrome = createChrome(document.getElementById('root')!, {
    home: () => route.goHome(),
    all: () => route.goAll(),
    palette: () => openPalette(invoke.palette()),
    theme: () => theme.set(theme.mode === 'light' ? 'dark' : 'light'),
    more: ({ left, bottom }) => {
      const items = [...plugins.all.values()].map((plugin) => ({
        label: `Settings of ${plugin.config.title}`,
        run: () => showSettings(plugin, true),
      }));
      context.open(items, { left: left - 140, top: bottom });
    },
    changed: () => pages.changed(),
  });
  const outliner: OutlinerWorld = {
    host: age,
    model: () => model,
    slots,
    go: (page) => route.go(page),
    menu: (uuid, { clientX, clientY }) => context.open(invoke.ofBlock(uuid), { left: clientX, top: clientY }),
    changed: () => pages.changed(),
    editor: {
      changed: () => pages.changed(),
      slash(menu) {
        if (!menu) slash.close();
        else slash.open(invoke.slash(menu.query, menu.run), { left: menu.at.left, top: menu.at.bottom + 4 });
      },
      slashKey: (event) => slash.key(event),
    },
  };
  const pages = createPages({ model: () => model, chrome, route, outliner });
  const api = createApi({
    age,
    model: () => model,
    plugins,
    commands,
    messages,
    route,
    theme,
    changed: () => pages.changed(),
    rescanSlots: () => slots.rescan(),
    openInSidebar: (uuid) => pages.openInSidebar(uuid),
    toggleSidebar(side, flag) {
      const open = chrome.toggle(side, flag);
      if (side === 'right') plugins.hook('app', 'sidebar-visible-changed', { visible: open });
    },
    showSettings,
    runSimple: (plugin, key, args) => invoke.simple(plugin, key, args),
    restoreCursor,
    opened,
  });

  addEventListener('keydown', (event) => {
    const editing = document.activeElement instanceof HTMLTextAreaElement;
    const typed = editing && model.editing !== null && model.editing.text !== model.block(model.editing.uuid)?.content;
    if (context.key(event)) event.preventDefault();
    else if (strikes('mod+shift+p', event)) {
      event.preventDefault();
      openPalette(invoke.palette());
    } else if (strikes('mod+z', event) && !typed) {
      event.preventDefault();
      invoke.undo();
    } else if (invoke.key(event, editing)) event.preventDefault();
  });
  // A click beside takes the cursor away, as it closes menus.
  document.addEventListener('mousedown', ({ target }) => {
    const at = target as Element;
    if (!at.closest('.absolute-modal')) context.close();
    if (!model.editing || at.closest('.editor-wrapper, .block-content, .absolute-modal, .ui__modal')) return;
    model.edit(null);
    pages.changed();
  });

  const listen = () =>
    model.onChanged((event) => {
      plugins.hook('db', 'changed', event);
      // What Logseq writes for itself is told, too: of no block that anybody could know.
      if (config.changes === 'full')
        plugins.hook('db', 'changed', { blocks: [{ id: 1 }], txData: [], txMeta: { 'skipRefresh?': true } });
      const { txData, txMeta } = event;
      for (const block of event.blocks)
        if (block.uuid) plugins.hook('db', `block:${block.uuid}`, { block, txData, txMeta });
      pages.changed();
    });
  listen();
  const openGraph = async (seed: Seed): Promise<void> => {
    model = await graphOf(seed, config);
    listen();
    pages.forget();
    route.goHome();
    pages.open();
    plugins.hook('app', 'current-graph-changed', {});
  };

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
      const { action, payload } = commandOf(link);
      const [kind, id = '', group] = action;
      if (kind !== 'plugin') return undefined;
      return api(undefined, 'invoke_external_plugin_cmd', [id, group, action.at(-1), [payload]]);
    },
    hang: (method) => {
      hung = method;
    },
    openInSidebar: (uuid) => pages.openInSidebar(uuid),
    call: async (method, args) => api(undefined, method, [...args]),
    markdown: (page) => model.markdown(page),
    undo: () => {
      const undone = model.undo();
      pages.changed();
      return undone;
    },
    textPoint,
    async idle() {
      while (pages.busy || slots.busy) await new Promise(requestAnimationFrame);
    },
    get stats() {
      const { held, drawn, missed } = plugins.ui.counts;
      return { slots: slots.announced, heldElements: held, drawn, missed, opened, hooks: plugins.hookCounts };
    },
  };
  Object.assign(globalThis, { double });

  const wanted = new URLSearchParams(location.search).get('open');
  if (wanted !== null && location.hash === '') history.replaceState(null, '', `#/page/${encodeURIComponent(wanted)}`);
  pages.open();
  for (const plugin of config.plugins)
    void plugins.load(plugin).catch((error: unknown) => {
      messages.show(`${plugin.title}: ${String(error)}`, 'error', { timeout: 0 });
    });
}

async function configuration(): Promise<DoubleConfig> {
  const answer = await fetch('./double.json');
  if (!answer.ok) throw new Error(await answer.text());
  const config = (await answer.json()) as DoubleConfig;
  const query = new URLSearchParams(location.search);
  const pick = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((one) => one === query.get(name)) ?? otherwise;
  return {
    ...config,
    host: pick('host', ['old', 'new'], config.host),
    theme: pick('theme', ['light', 'dark'], config.theme),
    graph: { ...config.graph, kind: pick('graph', ['file', 'db'], config.graph.kind) },
  };
}

/** What a link asks for, as in `logseq://x-callback-url/invokeCommand?action=plugin.<id>.models.<name>`. */
function commandOf(link: string): { action: string[]; payload: string | null } {
  const { protocol, host, pathname, searchParams } = new URL(link);
  if (protocol !== 'logseq:' || host !== 'x-callback-url' || pathname !== '/invokeCommand')
    throw new Error(`Not a link that the double knows: ${link}`);
  return { action: (searchParams.get('action') ?? '').split('.'), payload: searchParams.get('payload') };
}

start().catch((error: unknown) => {
  document.body.textContent = String(error);
  throw error;
});
