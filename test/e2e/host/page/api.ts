import type { Model } from '../model/model.ts';
import type { Commands, SlashStep } from './commands.ts';
import type { Messages } from './messages.ts';
import type { Plugin, Plugins } from './plugins.ts';
import type { Route } from './route.ts';
import { toSnake } from './snake.ts';

/** What the methods of the host stand on. */
export interface ApiWorld {
  age: 'old' | 'new';
  model(): Model;
  plugins: Plugins;
  commands: Commands;
  messages: Messages;
  route: Route;
  theme: { readonly mode: 'light' | 'dark'; set(mode: 'light' | 'dark'): void };
  /** The graph may look different now. */
  changed(): void;
  rescanSlots(): void;
  openInSidebar(uuid: string): void;
  toggleSidebar(side: 'left' | 'right', flag: unknown): void;
  showSettings(plugin: Plugin, visible: boolean): void;
  runSimple(plugin: string, key: string, args: unknown): void;
  restoreCursor(): void;
  opened: string[];
}

type HostMethod = (plugin: Plugin | undefined, ...args: never[]) => unknown;

/**
 * The API as plugins reach it: what concerns the app and its window is answered here, what concerns the graph by the
 * model. Names come in all spellings. A method that this host does not have rejects as the real one does.
 */
export function createApi(world: ApiWorld): (plugin: Plugin | undefined, method: string, args: unknown[]) => unknown {
  const methods = new Map<string, HostMethod>(Object.entries({ ...both(world), ...(world.age === 'new' && newer()) }));
  return async (plugin, method, args) => {
    const name = toSnake(method);
    const own = methods.get(name);
    try {
      if (own) return await own(plugin, ...(args as never[]));
      if (name.startsWith('ui_') || name.startsWith('git_') || name.startsWith('assets_')) throw missing(method);
      return await world
        .model()
        .call(name, args)
        .finally(() => world.changed());
    } catch (error) {
      throw error instanceof Error && error.message.startsWith('MethodNotExist') ? missing(method) : error;
    }
  };
}

const missing = (method: string): Error => new Error(`Not existed method #${method}`);

/** What only newer hosts have. */
function newer(): Record<string, HostMethod> {
  return {
    ui_check_slot_valid: (_plugin, slot: unknown) =>
      typeof slot === 'string' ? document.getElementById(slot) !== null : null,
    ui_resolve_theme_css_props_vals: (_plugin, props: string | string[]) => {
      const style = getComputedStyle(document.body);
      return Object.fromEntries([props].flat().map((prop) => [prop, style.getPropertyValue(prop).trim()]));
    },
  };
}

function both(world: ApiWorld): Record<string, HostMethod> {
  const { commands, messages, plugins, route } = world;
  const storages = new Map<string, string>();
  const element = (id: string) => {
    const found = document.getElementById(id);
    return found && `${found.tagName}#${id}`;
  };
  const rectangle = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().toJSON() ?? null;
  const push = (_plugin: unknown, name: string, params: { name?: string } | undefined) => {
    if (name === 'page' && params?.name !== undefined) route.go(params.name);
    else if (name === 'all-pages') route.goAll();
    else route.goHome();
    return null;
  };
  return {
    // `setSDKMetadata`, with which an SDK says that it is ready.
    set_sdk_metadata: (plugin) => {
      if (plugin) plugin.ready = true;
    },
    install_plugin_hook: (_plugin, pid: string, hook: string) => {
      const first = plugins.hooks.install(pid, hook);
      // What was drawn before the plugin was there is announced to it now.
      if (first && hook.includes('macro_renderer_slotted')) world.rescanSlots();
      return null;
    },
    uninstall_plugin_hook: (_plugin, pid: string, hook: string) => plugins.hooks.uninstall(pid, hook),
    register_plugin_slash_command: (_plugin, pid: string, given: [string, SlashStep[]]) =>
      commands.addSlash(pid, given),
    unregister_plugin_slash_command: (_plugin, pid: string, tag?: string) => commands.removeSlash(pid, tag),
    register_plugin_simple_command: (
      _plugin,
      pid: string,
      given: [Record<string, unknown>, unknown[]],
      palette: unknown,
    ) => commands.addSimple(pid, given, palette),
    unregister_plugin_simple_command: (_plugin, pid: string, key?: string) => commands.removeSimple(pid, key),
    register_plugin_ui_item: (_plugin, pid: string, type: string, item: { key: string; template: string }) => {
      commands.addItem({ plugin: pid, type, key: item.key, template: item.template });
      return true;
    },
    get_external_plugin: (_plugin, pid: string) => {
      const found = plugins.all.get(pid);
      return found ? { ...found.config, settings: found.settings.values } : null;
    },
    invoke_external_plugin_cmd: (_plugin, pid: string, group: string, key: string, args: unknown[]) => {
      if (group === 'commands') return world.runSimple(pid, key, args);
      return plugins.all.get(pid)?.frame?.request(key, args ?? []) ?? null;
    },

    ui_show_msg: (_plugin, content: unknown, status?: string, options?: object) =>
      messages.show(String(content), status ?? 'success', options ?? {}),
    show_msg: (_plugin, content: unknown, status?: string, options?: object) =>
      messages.show(String(content), status ?? 'success', options ?? {}),
    ui_close_msg: (_plugin, key: string) => {
      messages.close(key);
      return null;
    },
    // The SDK's `UI` puts a prefix before these that old hosts do not know; its `App` does not.
    ...(world.age === 'new' && { ui_query_element_by_id: (_plugin, id: string) => element(id) }),
    ...(world.age === 'new' && { ui_query_element_rect: (_plugin, selector: string) => rectangle(selector) }),
    query_element_by_id: (_plugin, id: string) => element(id),
    query_element_rect: (_plugin, selector: string) => rectangle(selector),

    get_user_configs: async () => ({
      ...((await world.model().call('get_user_configs')) as object),
      preferredThemeMode: world.theme.mode,
      me: null,
    }),
    get_state_from_store: (_plugin, path: string | string[]) =>
      [path].flat().join('/') === 'ui/theme' ? world.theme.mode : null,
    set_theme_mode: (_plugin, mode: 'light' | 'dark') => world.theme.set(mode),
    push_state: push,
    replace_state: push,
    get_current_route: () => route.current,
    open_external_link: (_plugin, url: string) => {
      if (/^https?:\/\//.test(url)) world.opened.push(url);
    },
    open_in_right_sidebar: (_plugin, uuid: string) => world.openInSidebar(uuid),
    set_left_sidebar_visible: (_plugin, flag: unknown) => world.toggleSidebar('left', flag),
    set_right_sidebar_visible: (_plugin, flag: unknown) => world.toggleSidebar('right', flag),
    set_focused_settings: (plugin, pid: string | null) => {
      const found = pid === null ? plugin : plugins.all.get(pid);
      if (found) world.showSettings(found, pid !== null);
    },
    restore_editing_cursor: () => world.restoreCursor(),
    create_page: async (_plugin, name: string, properties?: object, options?: { redirect?: boolean }) => {
      const page = await world.model().call('create_page', [name, properties ?? {}, { ...options, redirect: false }]);
      if (page && options?.redirect !== false) route.go(name);
      world.changed();
      return page;
    },

    write_plugin_storage_file: (_plugin, pid: string, file: string, content: unknown) => {
      storages.set(`${pid}/${file}`, String(content));
      return `/home/person/.logseq/storages/${pid}/${file}`;
    },
    read_plugin_storage_file: (_plugin, pid: string, file: string) => {
      const content = storages.get(`${pid}/${file}`);
      if (content === undefined) throw new Error('file not existed');
      return content;
    },
    exist_plugin_storage_file: (_plugin, pid: string, file: string) => storages.has(`${pid}/${file}`),
    unlink_plugin_storage_file: (_plugin, pid: string, file: string) => void storages.delete(`${pid}/${file}`),
    clear_plugin_storage_files: (_plugin, pid: string) => {
      for (const key of storages.keys()) if (key.startsWith(`${pid}/`)) storages.delete(key);
    },
  };
}
