import type { Model } from '../model/model.ts';
import { strikes, type Commands, type SimpleCommand, type SlashCommand } from './commands.ts';
import type { RunSlash } from './editor.ts';
import type { MenuItem } from './menus.ts';
import type { Plugins } from './plugins.ts';
import type { Route } from './route.ts';
import type { Theme } from './theme.ts';

export interface InvokeWorld {
  model(): Model;
  commands: Commands;
  plugins(): Plugins;
  route: Route;
  theme: Theme;
  changed(): void;
  openInSidebar(uuid: string): void;
}

/** What menus, palette and keys offer, and what happens when something of it is taken. */
export interface Invoke {
  palette(): MenuItem[];
  ofBlock(uuid: string): MenuItem[];
  slash(query: string, run: RunSlash): MenuItem[];
  simple(plugin: string, key: string, args: unknown): void;
  /** Runs the command whose keys were struck; false when there is none. */
  key(event: KeyboardEvent, editing: boolean): boolean;
  undo(): void;
}

export function createInvoke(world: InvokeWorld): Invoke {
  const { commands, plugins, route, theme } = world;

  const runSlash = ({ plugin, steps }: SlashCommand, run: RunSlash): void => {
    const uuid = world.model().editing?.uuid ?? null;
    run((acts) => {
      for (const [action, ...rest] of steps) {
        if (action === 'editor/clear-current-slash') acts.clear();
        else if (action === 'editor/input') acts.insert(String(rest[0] ?? ''));
        else if (action === 'editor/hook')
          plugins().hook('editor', String(rest[0]), { pid: plugin, format: 'markdown', uuid }, plugin);
      }
    });
  };

  const runSimple = (command: SimpleCommand, more: { uuid?: string; args?: unknown } = {}): void => {
    const { plugin, registered, event } = command;
    const uuid = more.uuid ?? world.model().editing?.uuid ?? null;
    // The plugin's id is written in another way than in slash commands; nobody should look at it.
    plugins().hook('editor', event, { ...registered, ...more, pid: `:${plugin}`, format: null, uuid }, plugin);
  };

  const undo = (): void => {
    world.model().undo();
    world.changed();
  };

  return {
    undo,
    palette: () => [
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
      ...world.model().pages.map((page) => ({ label: page.title, hint: 'page', run: () => route.go(page.title) })),
    ],
    ofBlock: (uuid) => [
      { label: 'Open in sidebar', run: () => world.openInSidebar(uuid) },
      { label: 'Delete', run: () => void world.model().call('remove_block', [uuid]).then(world.changed) },
      ...commands.simple
        .filter((one) => one.type === 'block-context-menu-item')
        .map((one) => ({ label: one.label, run: () => runSimple(one, { uuid }) })),
    ],
    slash(query, run) {
      const insert = (label: string, text: string): MenuItem => ({
        label,
        run: () =>
          run((acts) => {
            acts.clear();
            acts.insert(text);
          }),
      });
      const items = [
        ...commands.slash.map((one) => ({ label: one.tag, hint: one.plugin, run: () => runSlash(one, run) })),
        insert('TODO', 'TODO '),
        insert('Page reference', '[[]]'),
        insert('Code block', '```\n\n```'),
      ];
      return items.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()));
    },
    simple(plugin, key, args) {
      const command = commands.simple.find((one) => one.plugin === plugin && one.key === key);
      if (command) runSimple(command, { args });
    },
    key(event, editing) {
      const struck = commands.simple.find(
        (one) =>
          one.binding.some((binding) => strikes(binding, event)) &&
          (one.mode === 'global' || (one.mode === 'editing') === editing),
      );
      if (struck) runSimple(struck);
      return struck !== undefined;
    },
  };
}
