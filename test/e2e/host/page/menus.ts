import { make } from './dom.ts';

export interface MenuItem {
  label: string;
  hint?: string;
  run(): void;
}

/** A list to choose from with mouse or keyboard. One is open at a time. */
export interface Menu {
  open(items: readonly MenuItem[], at: { left: number; top: number }): void;
  /** Takes arrows, Enter and Escape. Whether the key was its. */
  key(event: KeyboardEvent): boolean;
  close(): void;
  readonly isOpen: boolean;
}

export function createMenu(root: HTMLElement, name: string): Menu {
  const list = make('div', { id: 'ui__ac-inner', class: 'menu-links-wrapper', role: 'listbox', 'aria-label': name });
  const box = make('div', { class: 'absolute-modal', 'data-modal-name': name }, list);
  let items: readonly MenuItem[] = [];
  let chosen = 0;
  const close = () => {
    items = [];
    box.remove();
  };
  const mark = () => {
    for (const [n, child] of [...list.children].entries()) {
      child.classList.toggle('chosen', n === chosen);
      child.ariaSelected = String(n === chosen);
      if (n === chosen) child.scrollIntoView({ block: 'nearest' });
    }
  };
  const pick = (item: MenuItem) => {
    close();
    item.run();
  };
  return {
    get isOpen() {
      return box.isConnected;
    },
    open(given, { left, top }) {
      items = given;
      chosen = 0;
      list.replaceChildren(
        ...items.map((item) => {
          const row = make('a', { class: 'menu-link', role: 'option', tabindex: '-1' }, make('span', {}, item.label));
          if (item.hint) row.append(make('span', { class: 'menu-hint' }, item.hint));
          // Before the text loses the cursor.
          row.addEventListener('mousedown', (event) => {
            event.preventDefault();
            event.stopPropagation();
          });
          row.addEventListener('click', () => pick(item));
          return row;
        }),
      );
      box.style.left = `${left}px`;
      box.style.top = `${top}px`;
      if (items.length === 0) {
        box.remove();
        return;
      }
      root.append(box);
      const { bottom, right } = box.getBoundingClientRect();
      if (bottom > innerHeight) box.style.top = `${Math.max(8, innerHeight - box.offsetHeight - 8)}px`;
      if (right > innerWidth) box.style.left = `${Math.max(8, innerWidth - box.offsetWidth - 8)}px`;
      mark();
    },
    key(event) {
      if (!box.isConnected) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        chosen = (chosen + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length;
        mark();
        return true;
      }
      if (event.key === 'Enter') {
        const item = items[chosen];
        if (item) pick(item);
        return true;
      }
      if (event.key === 'Escape') {
        close();
        return true;
      }
      return false;
    },
    close,
  };
}

/** A dialog in the middle, with the page behind it dimmed. Escape, and a click beside it, close it. */
export function openDialog(name: string, content: HTMLElement, closed: () => void = () => {}): () => void {
  const panel = make(
    'div',
    { class: 'ui__modal-panel', role: 'dialog', 'aria-label': name, 'aria-modal': 'true' },
    content,
  );
  const modal = make('div', { class: 'ui__modal', label: name }, panel);
  const close = () => {
    modal.remove();
    removeEventListener('keydown', onKey, true);
    closed();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  };
  modal.addEventListener('mousedown', (event) => {
    event.stopPropagation();
    if (event.target === modal) close();
  });
  addEventListener('keydown', onKey, true);
  document.body.append(modal);
  return close;
}

/** All commands in one list with a field to search them, under Ctrl+Shift+P. */
export function openPalette(items: readonly MenuItem[]): void {
  const input = make('input', { class: 'cp__palette-input', placeholder: 'Search for a command', type: 'text' });
  input.ariaLabel = 'Search for a command';
  const results = make('div', { class: 'command-results', role: 'listbox', 'aria-label': 'Commands' });
  const close = openDialog('cp__palette', make('div', { class: 'cp__palette-main' }, input, results));
  let found: readonly MenuItem[] = [];
  let chosen = 0;
  const mark = () => {
    for (const [n, row] of [...results.children].entries()) {
      row.classList.toggle('chosen', n === chosen);
      row.ariaSelected = String(n === chosen);
    }
  };
  const run = (item: MenuItem | undefined) => {
    close();
    item?.run();
  };
  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    found = items.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
    chosen = 0;
    results.replaceChildren(
      ...found.map((item) => {
        const row = make(
          'a',
          { class: 'command-result', role: 'option', tabindex: '-1' },
          make('span', {}, item.label),
        );
        if (item.hint) row.append(make('code', {}, item.hint));
        row.addEventListener('click', () => run(item));
        return row;
      }),
    );
    mark();
  };
  input.addEventListener('input', search);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') run(found[chosen]);
    else if (event.key === 'ArrowDown') chosen = Math.min(chosen + 1, found.length - 1);
    else if (event.key === 'ArrowUp') chosen = Math.max(chosen - 1, 0);
    else return;
    event.preventDefault();
    mark();
  });
  search();
  input.focus();
}
