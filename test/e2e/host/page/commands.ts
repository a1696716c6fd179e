/** A step of a slash command, as the SDK registers it. */
export type SlashStep = [action: string, ...rest: unknown[]];

export interface SlashCommand {
  plugin: string;
  tag: string;
  steps: SlashStep[];
}

export interface SimpleCommand {
  plugin: string;
  /** `$palette$`, `$shortcut$`, `block-context-menu-item` … */
  type: string;
  key: string;
  label: string;
  /** Everything that was registered: it comes back in the event. */
  registered: Record<string, unknown>;
  event: string;
  palette: boolean;
  binding: string[];
  /** `global`, `non-editing` or `editing`. */
  mode: string;
}

export interface UiItem {
  plugin: string;
  type: string;
  key: string;
  template: string;
}

export interface Commands {
  readonly slash: readonly SlashCommand[];
  readonly simple: readonly SimpleCommand[];
  readonly items: readonly UiItem[];
  addSlash(plugin: string, given: [tag: string, steps: SlashStep[]]): void;
  removeSlash(plugin: string, tag?: string): void;
  addSimple(plugin: string, given: [command: Record<string, unknown>, action: unknown[]], palette: unknown): void;
  removeSimple(plugin: string, key?: string): void;
  addItem(item: UiItem): void;
  forget(plugin: string): void;
}

/** What plugins registered, in the order in which they did. `changed` is told of each toolbar item. */
export function createCommands(changed: () => void): Commands {
  let slash: SlashCommand[] = [];
  let simple: SimpleCommand[] = [];
  let items: UiItem[] = [];
  return {
    get slash() {
      return slash;
    },
    get simple() {
      return simple;
    },
    get items() {
      return items;
    },
    addSlash(plugin, [tag, steps]) {
      slash = [...slash.filter((one) => one.plugin !== plugin || one.tag !== tag), { plugin, tag, steps }];
    },
    removeSlash(plugin, tag) {
      slash = slash.filter((one) => one.plugin !== plugin || (tag !== undefined && one.tag !== tag));
    },
    addSimple(plugin, [given, action], palette) {
      const key = cleanKey(String(given.key));
      const { binding, mode } = (given.keybinding ?? {}) as { binding?: string | string[]; mode?: string };
      simple = [
        ...simple,
        {
          plugin,
          type: String(given.type),
          key,
          label: String(given.label),
          registered: { ...given, key },
          event: String(action[1]),
          palette: palette === true,
          binding: (typeof binding === 'string' ? [binding] : (binding ?? [])).filter((one) => one.trim() !== ''),
          mode: mode ?? 'global',
        },
      ];
    },
    removeSimple(plugin, key) {
      simple = simple.filter((one) => one.plugin !== plugin || (key !== undefined && one.key !== cleanKey(key)));
    },
    addItem(item) {
      items = [...items.filter((one) => one.plugin !== item.plugin || one.key !== item.key), item];
      changed();
    },
    forget(plugin) {
      slash = slash.filter((one) => one.plugin !== plugin);
      simple = simple.filter((one) => one.plugin !== plugin);
      items = items.filter((one) => one.plugin !== plugin);
      changed();
    },
  };
}

const cleanKey = (key: string): string => key.trim().replaceAll(':', '-').replace(/^(\d)/, '_$1');

/** Whether a keystroke is the one that a binding such as `mod+shift+k` names. Sequences (`g s`) are not of this double. */
export function strikes(binding: string, event: KeyboardEvent): boolean {
  const parts = binding.toLowerCase().split('+');
  const key = parts.at(-1) ?? '';
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  const mod = wants('mod') || wants('ctrl') || wants('meta');
  return (
    (event.key.toLowerCase() === key || event.code.toLowerCase() === `key${key}`) &&
    (event.ctrlKey || event.metaKey) === mod &&
    event.shiftKey === wants('shift') &&
    event.altKey === wants('alt')
  );
}
