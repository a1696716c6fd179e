import type { DoubleConfig, PluginConfig } from '../double.ts';
import { openFrame, type Frame } from './frame.ts';
import { createHooks, hookName, type Hooks } from './hooks.ts';
import { createInjectedUi, provideStyle, type InjectedUi } from './provide-ui.ts';
import { createSettings, type Settings, type SettingSchema } from './settings.ts';
import { toSnake } from './snake.ts';

const SYNC = '#lspmsg#reply#';
const ERROR = '#lspmsg#error#';
const HANDSHAKE_MS = { old: 3_000, new: 8_000 };

export interface Plugin {
  readonly config: PluginConfig;
  readonly settings: Settings;
  /** Set while its frame is there. */
  frame: Frame | undefined;
  /** Its SDK has said what it is: from then on it hears hooks it asked for. */
  ready: boolean;
}

export interface PluginsHost {
  /** One method of the API for a plugin. */
  api(plugin: Plugin, method: string, args: unknown[]): unknown;
  /** A plugin's frame is being taken away. */
  unloaded(plugin: Plugin): void;
  showSettings(plugin: Plugin, visible: boolean): void;
  restoreCursor(): void;
}

export interface Plugins {
  readonly all: ReadonlyMap<string, Plugin>;
  readonly hooks: Hooks;
  readonly ui: InjectedUi;
  readonly hookCounts: Record<string, number>;
  load(config: PluginConfig): Promise<void>;
  unload(id: string): void;
  reload(id: string): Promise<void>;
  /** Tells one plugin, or all who asked for it. */
  hook(space: 'app' | 'editor' | 'db', type: string, payload: unknown, only?: string): void;
}

/** Loads plugins into frames and answers what their SDK says, as the host's half of `@logseq/libs` does. */
export function createPlugins(age: DoubleConfig['host'], host: PluginsHost): Plugins {
  const all = new Map<string, Plugin>();
  const hooks = createHooks(age);
  const ui = createInjectedUi(age);
  const hookCounts: Record<string, number> = {};

  const load = async (plugin: Plugin): Promise<void> => {
    const { config } = plugin;
    const address = new URL(config.entry);
    address.searchParams.set('__v__', config.version);
    plugin.frame = await openFrame({
      id: config.id,
      url: address.href,
      model: { baseInfo: baseInfo(plugin) },
      timeoutMs: HANDSHAKE_MS[age],
      heard: (name, data) => {
        if (name !== `#lspmsg#${config.id}` || !all.has(config.id)) return;
        const { type, payload } = data as { type: string; payload?: Record<string, unknown> };
        hear(plugin, type, payload ?? {});
      },
    });
    plugin.frame.call('#lspmsg#ready#', { pid: config.id });
  };

  const hear = (plugin: Plugin, type: string, payload: Record<string, unknown>): void => {
    const { id } = plugin.config;
    switch (type) {
      case 'api:call':
        void answer(plugin, payload as never);
        break;
      case 'provider:ui':
        ui.provide(id, payload, (model, event) => plugin.frame?.call(model, event));
        break;
      case 'provider:style':
        provideStyle(id, payload as unknown as string);
        break;
      case 'settings:schema':
        plugin.settings.setSchema(payload.schema as SettingSchema[], payload.isSync === true);
        break;
      case 'settings:update':
        plugin.settings.patch(payload);
        break;
      case 'settings:visible:changed':
        host.showSettings(plugin, payload.visible === true);
        break;
      case 'main-ui:visible':
        showMainUi(plugin, payload);
        break;
      case 'main-ui:style':
        for (const [key, value] of Object.entries(payload))
          if (plugin.frame) Reflect.set(plugin.frame.container.style, key, value);
        break;
      case 'main-ui:attrs':
        for (const [key, value] of Object.entries(payload)) plugin.frame?.container.setAttribute(key, String(value));
        break;
    }
  };

  const answer = async (
    plugin: Plugin,
    { method, args, _sync }: { method: string; args: unknown[]; _sync?: number },
  ): Promise<void> => {
    let result: unknown;
    try {
      result = await host.api(plugin, method, args ?? []);
    } catch (error) {
      result = { [ERROR]: error };
    }
    if (_sync === undefined) return;
    plugin.frame?.call(SYNC, result === undefined ? { _sync } : { result, _sync });
  };

  const showMainUi = (plugin: Plugin, payload: Record<string, unknown>): void => {
    const { frame } = plugin;
    if (!frame) return;
    if (payload.toggle) frame.container.classList.toggle('visible');
    else frame.container.classList.toggle('visible', payload.visible === true);
    if (payload.visible && payload.autoFocus !== false) frame.iframe.contentWindow?.focus();
    if (!payload.visible && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (payload.cursor) host.restoreCursor();
  };

  const unload = (plugin: Plugin): void => {
    const { id } = plugin.config;
    hooks.forget(id);
    ui.removeAllOf(id);
    for (const style of document.querySelectorAll(`style[data-ref="${id}"]`)) style.remove();
    host.unloaded(plugin);
    plugin.frame?.close();
    plugin.frame = undefined;
    plugin.ready = false;
  };

  return {
    all,
    hooks,
    ui,
    hookCounts,
    async load(config) {
      const plugin: Plugin = {
        config,
        settings: createSettings(config.settings, (values) =>
          plugin.frame?.call('#lspmsg#settings#', { payload: values }),
        ),
        frame: undefined,
        ready: false,
      };
      all.set(config.id, plugin);
      await load(plugin);
    },
    unload(id) {
      const plugin = all.get(id);
      if (plugin) unload(plugin);
      all.delete(id);
    },
    async reload(id) {
      const plugin = all.get(id);
      if (!plugin) throw new Error(`plugin #${id} not existed.`);
      await plugin.frame?.request('#lspmsg#beforeunload#', [{ unregister: false }]).catch(() => {});
      unload(plugin);
      await load(plugin);
    },
    hook(space, type, payload, only) {
      const name = hookName(space, type);
      const message = { ns: `hook:${space}`, type: toSnake(type), payload };
      for (const plugin of all.values()) {
        const wanted = only === undefined ? plugin.ready && hooks.wants(plugin.config.id, name) : true;
        if (!plugin.frame || !wanted || (only !== undefined && only !== plugin.config.id)) continue;
        hookCounts[name] = (hookCounts[name] ?? 0) + 1;
        plugin.frame.call('#lspmsg#', message);
      }
    },
  };
}

/** What a plugin gets to know of itself. */
function baseInfo({ config, settings }: Plugin): Record<string, unknown> {
  const root = new URL('.', config.entry).href;
  return {
    ...config,
    mode: 'iframe',
    url: root,
    lsr: root,
    // Installed from the marketplace, not by a developer.
    iir: true,
    webMode: false,
    usf: `/home/person/.logseq/settings/${config.id}.json`,
    settings: { ...settings.values },
  };
}
