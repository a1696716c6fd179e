import type { Model } from '../model/model.ts';
import { isPage, type ModelBlock } from '../model/store.ts';
import { make } from './dom.ts';

/** What a slash command does to the text: takes itself out of it, and puts other text at the cursor. */
export interface SlashActs {
  clear(): void;
  insert(text: string): void;
}
export type RunSlash = (act: (acts: SlashActs) => void) => void;

export interface EditorWorld {
  model(): Model;
  changed(): void;
  /** What was typed behind a `/`, for the menu of commands; null closes it. */
  slash(menu: { query: string; at: DOMRect; run: RunSlash } | null): void;
  /** Whether the menu took this key. */
  slashKey(event: KeyboardEvent): boolean;
}

export interface Editor {
  readonly element: HTMLElement;
  focus(): void;
  /** The text was changed from outside. */
  sync(): void;
  close(): void;
}

/** The text field that a block becomes while the cursor is in it. What is typed is saved when the cursor leaves. */
export function openEditor(world: EditorWorld, uuid: string, list: number): Editor {
  const area = make('textarea', {
    id: `edit-block-${list}-${uuid}`,
    class: 'uniline-block',
    'aria-label': 'Block',
    rows: '1',
  });
  const inner = make('div', { class: 'editor-inner block-editor' }, area);
  const element = make('div', { class: 'editor-wrapper', id: `editor-edit-block-${list}-${uuid}` }, inner);
  let slashAt = -1;

  const text = () => world.model().editing?.text ?? '';
  const put = (value: string, cursor: number) => {
    area.value = value;
    area.setSelectionRange(cursor, cursor);
    world.model().type(value);
  };
  const grow = () => {
    const [, hashes = ''] = /^(#{1,6}) /.exec(area.value) ?? [];
    area.className = area.value.includes('\n')
      ? 'multiline-block'
      : `uniline-block${hashes ? ` h${hashes.length}` : ''}`;
    area.style.height = '0';
    area.style.height = `${area.scrollHeight}px`;
  };
  const openSlash = () => {
    const query = area.value.slice(slashAt + 1, area.selectionStart);
    if (slashAt < 0 || area.value[slashAt] !== '/' || area.selectionStart <= slashAt || /\n/.test(query)) {
      closeSlash();
      return;
    }
    world.slash({
      query,
      at: area.getBoundingClientRect(),
      run: (act) => {
        const from = slashAt;
        closeSlash();
        act({
          clear: () => put(area.value.slice(0, from) + area.value.slice(area.selectionStart), from),
          insert: (more) => {
            const at = area.selectionStart;
            put(area.value.slice(0, at) + more + area.value.slice(at), at + more.length);
          },
        });
        grow();
      },
    });
  };
  const closeSlash = () => {
    slashAt = -1;
    world.slash(null);
  };

  area.value = text();
  area.addEventListener('input', (event) => {
    world.model().type(area.value);
    if (event.data === '/') slashAt = area.selectionStart - 1;
    if (slashAt >= 0) openSlash();
    grow();
  });
  area.addEventListener('keydown', (event) => {
    if (slashAt >= 0 && world.slashKey(event)) {
      event.preventDefault();
      if (event.key === 'Escape') closeSlash();
      return;
    }
    const act = keyAct(world, uuid, area, event);
    if (!act) return;
    event.preventDefault();
    void act().then(() => world.changed());
  });

  return {
    element,
    focus() {
      area.focus({ preventScroll: true });
      area.setSelectionRange(area.value.length, area.value.length);
      grow();
    },
    sync() {
      if (area.value === text()) return;
      area.value = text();
      grow();
    },
    close: () => {
      if (slashAt >= 0) closeSlash();
    },
  };
}

/** What a key does to the outline; undefined where it only types. */
function keyAct(
  world: EditorWorld,
  uuid: string,
  area: HTMLTextAreaElement,
  event: KeyboardEvent,
): (() => Promise<unknown>) | undefined {
  const model = world.model();
  const block = model.block(uuid);
  if (!block) return undefined;
  const { selectionStart: start, selectionEnd: end, value } = area;
  switch (event.key) {
    case 'Escape':
      return async () => model.edit(null);
    case 'Enter': {
      if (event.shiftKey || (event.ctrlKey && event.altKey)) return undefined;
      return async () => {
        model.type(value.slice(0, start));
        model.edit(null);
        const inside = block.children.length > 0;
        const options = inside ? { sibling: false, before: true } : { sibling: true };
        const made = (await model.call('insert_block', [uuid, value.slice(end), options])) as { uuid: string } | null;
        if (made) model.edit(made.uuid);
      };
    }
    case 'Tab':
      return async () => (event.shiftKey ? outdent(model, block) : indent(model, block));
    case 'Backspace': {
      const before = previous(model, block);
      if (start !== 0 || end !== 0 || !before || block.children.length > 0) return undefined;
      return async () => {
        model.edit(before.uuid);
        await model.call('remove_block', [uuid]);
        if (value !== '') model.type(before.content + value);
      };
    }
    case 'ArrowUp':
    case 'ArrowDown': {
      const line = event.key === 'ArrowUp' ? value.slice(0, start) : value.slice(end);
      const other = event.key === 'ArrowUp' ? previous(model, block) : next(model, block);
      return line.includes('\n') || !other ? undefined : async () => model.edit(other.uuid);
    }
    default:
      return undefined;
  }
}

async function indent(model: Model, block: ModelBlock): Promise<void> {
  const above = block.parent.children[block.parent.children.indexOf(block) - 1];
  if (!above) return;
  const last = above.children.at(-1);
  await model.call('move_block', last ? [block.uuid, last.uuid, {}] : [block.uuid, above.uuid, { children: true }]);
}

async function outdent(model: Model, block: ModelBlock): Promise<void> {
  if (!isPage(block.parent)) await model.call('move_block', [block.uuid, block.parent.uuid, {}]);
}

/** The blocks of the page in the order in which they stand. */
function inOrder(block: ModelBlock): ModelBlock[] {
  let page = block.parent;
  while (!isPage(page)) page = page.parent;
  const flat = (blocks: readonly ModelBlock[]): ModelBlock[] =>
    blocks.flatMap((one) => [one, ...(one.collapsed ? [] : flat(one.children))]);
  return flat(page.children).filter((one) => !one.preBlock);
}

const previous = (model: Model, block: ModelBlock): ModelBlock | undefined => beside(model, block, -1);
const next = (model: Model, block: ModelBlock): ModelBlock | undefined => beside(model, block, 1);

function beside(_model: Model, block: ModelBlock, step: number): ModelBlock | undefined {
  const all = inOrder(block);
  return all[all.indexOf(block) + step];
}
