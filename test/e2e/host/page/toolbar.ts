import type { UiItem } from './commands.ts';
import { make } from './dom.ts';
import type { Plugins } from './plugins.ts';

/** Draws what plugins registered for the toolbar, each in a place of its own. */
export function drawToolbar(
  toolbar: HTMLElement,
  items: readonly UiItem[],
  plugins: Plugins,
  host: 'old' | 'new',
): void {
  const prefix = host === 'new' ? 'pl-' : '';
  const wanted = new Set<string>();
  for (const { plugin, type, key, template } of items) {
    if (type !== 'toolbar') continue;
    const id = `${prefix}injected-ui-item-${key}-${plugin}`;
    wanted.add(id);
    if (!document.getElementById(id))
      toolbar.append(make('div', { id, class: `${prefix}injected-ui-item-toolbar`, title: key }));
    plugins.ui.provide(plugin, { slot: id, key, template }, (model, event) =>
      plugins.all.get(plugin)?.frame?.call(model, event),
    );
  }
  for (const item of toolbar.querySelectorAll(':scope > *')) if (!wanted.has(item.id)) item.remove();
}
