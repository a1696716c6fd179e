import { element, type View } from './dom.ts';

/** Something to choose. */
export interface Choice {
  id: string;
  label: string;
  /** A quiet line beneath. */
  detail?: string;
}

export interface ChooserOptions {
  title: string;
  choices: readonly Choice[];
  /** What is said where there is nothing to choose. */
  nothing: string;
  /** The id that was chosen. */
  chosen(id: string): void;
}

/** A list with a field above it that narrows it: typing filters, the arrows move, Enter takes, Escape is the window's. */
export function makeChooser({ title, choices, nothing, chosen }: ChooserOptions): View {
  let shown = [...choices];
  let active = 0;
  const list = element('ul', { id: 'choices', role: 'listbox', 'aria-label': title });
  const none = element('p', { class: 'dim none', role: 'status' });
  const field = element('input', {
    type: 'text',
    role: 'combobox',
    'aria-label': title,
    'aria-expanded': 'true',
    'aria-controls': 'choices',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: title,
  });

  function draw(): void {
    list.replaceChildren(
      ...shown.map(({ label, detail }, index) => {
        const option = element(
          'li',
          { id: `choice-${index}`, role: 'option' },
          element('span', { class: 'label', dir: 'auto' }, label),
          detail === undefined ? undefined : element('span', { class: 'dim', dir: 'auto' }, detail),
        );
        option.addEventListener('click', () => take(index));
        option.addEventListener('pointermove', () => void (index !== active && move(index)));
        return option;
      }),
    );
    none.textContent = shown.length > 0 ? '' : choices.length === 0 ? nothing : 'Nothing is called so.';
    move(0);
  }
  function move(to: number): void {
    active = Math.max(0, Math.min(shown.length - 1, to));
    for (const [index, option] of [...list.children].entries())
      option.setAttribute('aria-selected', String(index === active));
    const current = list.children[active];
    current?.scrollIntoView({ block: 'nearest' });
    if (current) field.setAttribute('aria-activedescendant', current.id);
    else field.removeAttribute('aria-activedescendant');
  }
  function take(index: number): void {
    const choice = shown[index];
    if (choice) chosen(choice.id);
  }

  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/);
    shown = choices.filter(({ label, detail = '' }) => {
      const text = `${label} ${detail}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    draw();
  });
  const steps: Readonly<Record<string, () => number>> = {
    ArrowDown: () => (active + 1) % Math.max(1, shown.length),
    ArrowUp: () => (active - 1 + shown.length) % Math.max(1, shown.length),
    PageDown: () => active + 8,
    PageUp: () => active - 8,
  };
  field.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (event.key === 'Enter' && !event.isComposing) take(active);
    else if (!step) return;
    else move(step());
    event.preventDefault();
  });
  draw();
  return { node: element('div', { class: 'fill chooser' }, field, list, none), focus: () => field.focus() };
}
