import { make } from './dom.ts';
import { openDialog } from './menus.ts';
import type { Plugin } from './plugins.ts';
import type { SettingSchema } from './settings.ts';

/** What a person sees of a plugin's settings. Old hosts draw nothing for a heading. */
export function openSettings(plugin: Plugin, host: 'old' | 'new'): () => void {
  const { settings, config } = plugin;
  const rows = settings.schema
    .filter((schema) => host === 'new' || schema.type !== 'heading')
    .map((schema) =>
      schema.type === 'heading'
        ? make('h2', { class: 'heading-item' }, schema.title ?? '')
        : make(
            'label',
            { class: 'desc-item', 'data-key': schema.key },
            make('b', {}, schema.title ?? schema.key),
            make('small', {}, schema.description ?? ''),
            field(plugin, schema),
          ),
    );
  const close = make('button', { type: 'button', class: 'ui__button' }, 'Close');
  const box = make(
    'div',
    { class: 'cp__plugins-settings-inner' },
    make('h1', {}, `Settings of ${config.title}`),
    ...rows,
    close,
  );
  const shut = openDialog('plugin-settings-modal', box);
  close.addEventListener('click', shut);
  box.querySelector<HTMLElement>('input, select, textarea')?.focus();
  return shut;
}

function field({ settings }: Plugin, schema: SettingSchema): HTMLElement {
  const value = settings.values[schema.key] ?? schema.default;
  if (schema.type === 'enum') {
    const select = make('select', {}, ...(schema.enumChoices ?? []).map((choice) => make('option', {}, choice)));
    select.value = String(value);
    select.addEventListener('change', () => settings.set(schema.key, select.value));
    return select;
  }
  const type = { boolean: 'checkbox', number: 'number' }[schema.type] ?? 'text';
  const input = make('input', { type, class: 'form-input' });
  if (type === 'checkbox') input.checked = value === true;
  else input.value = value === undefined || value === null ? '' : String(value);
  input.addEventListener('change', () => {
    const given = type === 'checkbox' ? input.checked : type === 'number' ? Number(input.value) : input.value;
    settings.set(schema.key, given);
  });
  return input;
}
