import DOMPurify from 'dompurify';

/** What a plugin gives to `provideUI`. */
export interface ProvidedUi {
  key?: string;
  slot?: string;
  path?: string;
  template?: string | null;
  reset?: boolean;
  style?: Record<string, string>;
  attrs?: Record<string, string>;
  close?: string;
}

/** The host's whitelist: much stays, `form action` and `img src` too. */
const PURIFY = {
  ADD_TAGS: ['iframe'],
  ALLOW_UNKNOWN_PROTOCOLS: true,
  ADD_ATTR: ['allow', 'src', 'allowfullscreen', 'frameborder', 'scrolling', 'target'],
};

const EVENTS = [
  'click',
  'focus',
  'focusin',
  'focusout',
  'blur',
  'dblclick',
  'keyup',
  'keypress',
  'keydown',
  'change',
  'input',
];

export interface InjectedUi {
  provide(pluginId: string, ui: ProvidedUi, send: (model: string, event: object) => void): void;
  removeAllOf(pluginId: string): void;
  readonly counts: { held: number; drawn: number; missed: number };
}

/**
 * Draws what plugins give. The unkind parts are the point: the element of a key is rebuilt at every call and stays where
 * it was first drawn, elements are held under their keys for ever, and nobody is told of a slot that is gone.
 */
export function createInjectedUi(host: 'old' | 'new'): InjectedUi {
  const held = new Map<string, { plugin: string; teardown: () => void }>();
  const counts = { drawn: 0, missed: 0 };
  let anonymous = 0;

  return {
    get counts() {
      return { held: held.size, ...counts };
    },
    removeAllOf(plugin) {
      for (const [id, one] of held) {
        if (one.plugin !== plugin) continue;
        // What is gone already cannot be taken from where it was.
        try {
          one.teardown();
        } catch {
          held.delete(id);
        }
      }
    },
    provide(plugin, ui, send) {
      const float = !('slot' in ui) && !('path' in ui);
      const selector = 'slot' in ui ? `#${ui.slot}` : ui.path;
      anonymous += ui.key ? 0 : 1;
      const id = `${plugin}--${ui.key || `_${anonymous}`}`;
      const target = float ? document.body : selector ? document.querySelector(selector) : null;
      if (!target) {
        counts.missed += 1;
        console.error(`#${plugin} can not resolve selector target ${selector}`);
        return;
      }
      if (!ui.template) {
        held.get(id)?.teardown();
        return;
      }
      counts.drawn += 1;
      const html = DOMPurify.sanitize(ui.template, PURIFY);
      const there = document.querySelector<HTMLElement>(`#${id}`);
      const content = float ? there?.querySelector<HTMLElement>('.ls-ui-float-content') : there;
      if (there && content) {
        content.innerHTML = html;
        attribute(there, ui, plugin);
        return;
      }
      const element = document.createElement('div');
      element.id = id;
      element.dataset.injectedUi = id;
      const inner = float ? document.createElement('div') : element;
      inner.innerHTML = html;
      if (float) {
        inner.className = 'ls-ui-float-content';
        element.classList.add('lsp-ui-float-container', 'visible');
        element.append(
          floatHandle(ui, () => held.get(id)?.teardown()),
          inner,
        );
      }
      attribute(element, ui, plugin);
      if (ui.reset && 'slot' in ui)
        for (const old of target.querySelectorAll('[data-injected-ui]')) held.get(old.id)?.teardown();
      target.append(element);
      listen(element, send);
      held.set(id, {
        plugin,
        teardown: () => {
          held.delete(id);
          target.removeChild(element);
        },
      });
    },
  };

  function listen(element: HTMLElement, send: (model: string, event: object) => void): void {
    for (const type of host === 'new' ? [...EVENTS, 'contextmenu'] : EVENTS) {
      element.addEventListener(type, (event) => {
        const trigger = (event.target as HTMLElement).closest<HTMLElement>(`[data-on-${type}]`);
        if (!trigger) return;
        const model = trigger.dataset[`on${type[0]!.toUpperCase()}${type.slice(1)}`];
        if (model) send(model, eventOf(trigger, host === 'new' ? event.type : undefined));
        if (host === 'new' && trigger.dataset.preventDefault?.toLowerCase() === 'true') event.preventDefault();
      });
    }
  }
}

/** All that a plugin gets to know of a DOM event: not whether a person did it, which key it was, or what is ticked. */
function eventOf(trigger: HTMLElement, type: string | undefined): object {
  return {
    ...(type !== undefined && { type }),
    value: (trigger as HTMLInputElement).value,
    id: trigger.id,
    className: typeof trigger.className === 'string' ? trigger.className : { ...(trigger.className as object) },
    dataset: { ...trigger.dataset },
    ...('rect' in trigger.dataset && { rect: trigger.getBoundingClientRect().toJSON() }),
  };
}

function attribute(element: HTMLElement, ui: ProvidedUi, plugin: string): void {
  for (const [name, value] of Object.entries({ 'data-ref': plugin, ...ui.attrs })) element.setAttribute(name, value);
  for (const [name, value] of Object.entries(ui.style ?? {})) Reflect.set(element.style, name, value);
}

function floatHandle(ui: ProvidedUi, close: () => void): HTMLElement {
  const handle = document.createElement('div');
  handle.className = 'draggable-handle';
  const title = document.createElement('h3');
  title.textContent = ui.attrs?.title ?? '';
  const button = document.createElement('button');
  button.textContent = '×';
  button.ariaLabel = 'Close';
  button.addEventListener('click', close);
  handle.append(title, button);
  return handle;
}

/** Adds a style, or replaces the one of the same key and plugin. */
export function provideStyle(plugin: string, given: string | { key?: string; style: string }): void {
  const { key, style } = typeof given === 'string' ? { key: undefined, style: given } : given;
  if (!style?.trim()) return;
  const name = key ? `${key}-${plugin}` : '';
  const there = name ? document.querySelector(`[data-injected-style=${name}]`) : null;
  if (there) {
    there.textContent = style;
    return;
  }
  const element = document.createElement('style');
  element.textContent = style;
  element.dataset.injectedStyle = name;
  element.dataset.ref = plugin;
  document.head.append(element);
}
