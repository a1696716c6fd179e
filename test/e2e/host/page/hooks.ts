import { toSnake } from './snake.ts';

/** Whom of the plugins an event of the host reaches. */
export interface Hooks {
  /** Whether it was not installed before. */
  install(plugin: string, hook: string): boolean;
  uninstall(plugin: string, hook: string): void;
  forget(plugin: string): void;
  wants(plugin: string, hook: string): boolean;
}

export function createHooks(host: 'old' | 'new'): Hooks {
  const installed = new Map<string, Set<string>>();
  return {
    install(plugin, hook) {
      const plugins = installed.get(hook) ?? new Set();
      installed.set(hook, plugins);
      const isNew = !plugins.has(plugin);
      plugins.add(plugin);
      return isNew;
    },
    uninstall: (plugin, hook) => void installed.get(hook)?.delete(plugin),
    forget: (plugin) => installed.forEach((plugins) => plugins.delete(plugin)),
    // Old hosts tell everybody everything as long as nobody has asked for anything.
    wants: (plugin, hook) => (host === 'old' && installed.size === 0) || (installed.get(hook)?.has(plugin) ?? false),
  };
}

/** The name under which a plugin asks for an event, as in `hook:app:macro_renderer_slotted`. */
export const hookName = (space: 'app' | 'editor' | 'db', type: string): string => `hook:${space}:${toSnake(type)}`;
