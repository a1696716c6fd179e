import type { Model } from '../model/model.ts';
import type { ModelBlock } from '../model/store.ts';
import { drawContent, type ContentWorld } from './content.ts';
import { icon, make } from './dom.ts';
import { openEditor, type Editor, type EditorWorld } from './editor.ts';
import type { MacroCall, Slots } from './slots.ts';

/** So many blocks of a page are drawn; more only when the reader gets near their end. */
const FIRST_BLOCKS = 100;
const MORE_BLOCKS = 60;

export interface OutlinerWorld {
  host: 'old' | 'new';
  model(): Model;
  slots: Slots;
  go(page: string): void;
  /** The right button on a bullet. */
  menu(uuid: string, event: MouseEvent): void;
  editor: Omit<EditorWorld, 'model'>;
  changed(): void;
}

/** One place where blocks are listed: a page, an embed, a sidebar. */
export interface BlockList {
  readonly element: HTMLElement;
  /** Makes the list show these blocks, and changes nothing that is as it was. */
  show(blocks: readonly ModelBlock[]): void;
  /** Draws more of a long page; false when all is drawn. */
  more(): boolean;
  /** Takes the list from the page. */
  close(): void;
}

interface View {
  uuid: string;
  element: HTMLElement;
  main: HTMLElement;
  content: HTMLElement | undefined;
  editor: Editor | undefined;
  /** What is drawn, as a text: drawn again when it is another one. */
  drawn: string;
  frame: string;
  children: { container: HTMLElement; list: HTMLElement } | undefined;
  views: Map<string, View>;
  embeds: { list: BlockList; blocks: () => readonly ModelBlock[] }[];
  again: (() => void)[];
}

let lastList = 0;

/** Draws blocks as Logseq does: each for itself, anew when its text changes, never because of a neighbour. */
export function createBlockList(
  world: OutlinerWorld,
  options: { editable: boolean; limited: boolean; depth: number },
): BlockList {
  const element = make('div', { class: 'blocks-container flex-1' });
  const views = new Map<string, View>();
  lastList += 1;
  const number = lastList;
  let limit = options.limited ? FIRST_BLOCKS : Infinity;
  let shown: readonly ModelBlock[] = [];
  let all = false;

  const reconcile = (
    parent: HTMLElement,
    known: Map<string, View>,
    blocks: readonly ModelBlock[],
    level: number,
    budget: { left: number },
  ): void => {
    const wanted = new Set<string>();
    let after: Element | null = null;
    for (const block of blocks) {
      if (budget.left <= 0) break;
      budget.left -= 1;
      wanted.add(block.uuid);
      let view = known.get(block.uuid);
      if (!view) {
        view = createView(block, level);
        known.set(block.uuid, view);
      }
      const place: Element | null = after ? after.nextElementSibling : parent.firstElementChild;
      if (place !== view.element) parent.insertBefore(view.element, place);
      after = view.element;
      update(view, block);
      nest(view, block, level, budget);
    }
    for (const [uuid, view] of known) {
      if (wanted.has(uuid)) continue;
      drop(view);
      known.delete(uuid);
    }
  };

  const nest = (view: View, block: ModelBlock, level: number, budget: { left: number }): void => {
    if (block.children.length === 0 || isCollapsed(block)) {
      for (const child of view.views.values()) drop(child);
      view.views.clear();
      view.children?.container.remove();
      view.children = undefined;
      return;
    }
    if (!view.children) {
      const list = make('div', { class: 'block-children w-full' });
      const border = make('div', { class: 'block-children-left-border' });
      const container = make('div', { class: 'block-children-container flex' }, border, list);
      view.children = { container, list };
      view.element.append(container);
    }
    reconcile(view.children.list, view.views, block.children, level + 1, budget);
  };

  const createView = (block: ModelBlock, level: number): View => {
    const main = make('div', { class: 'block-main-container flex flex-row pr-2' });
    const blockElement = make(
      'div',
      {
        class: `ls-block ${block.uuid}${block.preBlock ? ' pre-block' : ''}`,
        id: `ls-block-${number}-${block.uuid}`,
        blockid: block.uuid,
        level: String(level),
      },
      main,
    );
    return {
      uuid: block.uuid,
      element: blockElement,
      main,
      content: undefined,
      editor: undefined,
      drawn: '',
      frame: '',
      children: undefined,
      views: new Map(),
      embeds: [],
      again: [],
    };
  };

  const update = (view: View, block: ModelBlock): void => {
    const frame = `${block.children.length > 0}${isCollapsed(block)}`;
    if (frame !== view.frame) {
      view.frame = frame;
      view.element.setAttribute('haschild', String(block.children.length > 0));
      view.main.querySelector('.block-control-wrap')?.remove();
      if (!block.preBlock) view.main.prepend(control(block));
    }
    const { editing } = world.model();
    const edited = options.editable && editing?.uuid === block.uuid;
    if (edited) {
      if (view.editor) view.editor.sync();
      else startEditing(view, block);
      return;
    }
    if (view.editor) {
      const changed = view.drawn !== signature(block);
      view.editor.close();
      view.editor = undefined;
      stopAgain(view);
      draw(view, block, false);
      // A block that was left is rendered twice, and once more when its text was saved.
      for (let n = 1; n <= (changed ? 2 : 1); n += 1) view.again.push(world.slots.later(n, () => redraw(view)));
    } else if (view.drawn !== signature(block)) draw(view, block, view.content !== undefined);
    for (const embed of view.embeds) embed.list.show(embed.blocks());
  };

  const startEditing = (view: View, block: ModelBlock): void => {
    stopAgain(view);
    if (view.content) {
      world.slots.unmount(view.content);
      closeEmbeds(view);
      view.content.remove();
      view.content = undefined;
    }
    view.editor = openEditor({ ...world.editor, model: world.model }, block.uuid, number);
    wrapper(view).replaceChildren(view.editor.element);
    view.editor.focus();
  };

  const redraw = (view: View): void => {
    const block = world.model().block(view.uuid);
    if (block && view.content?.isConnected) draw(view, block, true);
  };

  /** `inPlace`: the slots stay where they are, with what was drawn into them, and get other ids. */
  const draw = (view: View, block: ModelBlock, inPlace: boolean): void => {
    view.drawn = signature(block);
    const old = inPlace && view.content ? slotsOf(view.content) : [];
    closeEmbeds(view);
    const content = make('div', {
      class: 'block-content inline',
      id: `block-content-${block.uuid}`,
      blockid: block.uuid,
      'data-type': 'default',
    });
    const drawing = {
      uuid: block.uuid,
      depth: options.depth,
      next: (macro: MacroCall) => {
        const slot = old.shift();
        if (!slot) return world.slots.mount(macro, block.uuid);
        world.slots.again(slot, macro);
        return slot;
      },
    };
    content.append(...drawContent(contentWorld(view), block, drawing));
    content.addEventListener(world.host === 'old' ? 'mousedown' : 'pointerdown', (event) => {
      if (event.button !== 0 || !options.editable) return;
      event.preventDefault();
      world.model().edit(block.uuid);
      world.changed();
    });
    if (view.content) world.slots.unmount(view.content);
    view.content = content;
    wrapper(view).replaceChildren(content);
    view.main.classList.toggle('items-baseline', content.querySelector('h1,h2,h3,h4,h5,h6') !== null);
  };

  const contentWorld = (view: View): ContentWorld => {
    const embed = (kind: string, blocks: () => readonly ModelBlock[]): Node => {
      const list = createBlockList(world, { editable: false, limited: false, depth: options.depth + 1 });
      list.show(blocks());
      view.embeds.push({ list, blocks });
      const box = make('div', { class: `color-level ${kind}` }, list.element);
      for (const type of ['mousedown', 'pointerdown']) box.addEventListener(type, (event) => event.stopPropagation());
      return box;
    };
    return {
      model: world.model,
      slots: world.slots,
      go: world.go,
      embed: (uuid) => embed('embed-block', () => [world.model().block(uuid)].filter((block) => block !== undefined)),
      embedPage: (title) => embed('embed-page', () => world.model().page(title)?.children ?? []),
      rewrite: (uuid, content) => {
        void world
          .model()
          .call('update_block', [uuid, content])
          .then(() => world.changed());
      },
    };
  };

  const control = (block: ModelBlock): HTMLElement => {
    const collapsed = isCollapsed(block);
    const arrow = make('a', { class: 'block-control', id: `control-${block.uuid}` });
    if (block.children.length > 0) {
      const turn = make('span', { class: `rotating-arrow ${collapsed ? 'collapsed' : 'not-collapsed'}` });
      turn.append(icon('M9 6l6 6l-6 6'));
      arrow.append(turn);
      arrow.addEventListener('click', () => {
        void world
          .model()
          .call('set_block_collapsed', [block.uuid, { flag: !collapsed }])
          .then(() => world.changed());
      });
    }
    const bullet = make('span', { class: 'bullet', blockid: block.uuid });
    const dot = make(
      'span',
      {
        class: `bullet-container cursor${collapsed ? ' bullet-closed' : ''}`,
        id: `dot-${block.uuid}`,
        blockid: block.uuid,
      },
      bullet,
    );
    dot.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      world.menu(block.uuid, event);
    });
    return make(
      'div',
      { class: 'block-control-wrap flex flex-row items-center' },
      arrow,
      make('a', { class: 'bullet-link-wrap' }, dot),
    );
  };

  const drop = (view: View): void => {
    stopAgain(view);
    view.editor?.close();
    world.slots.unmount(view.element);
    closeEmbeds(view);
    for (const child of view.views.values()) drop(child);
    view.element.remove();
  };

  const referenced = (content: string): string =>
    [...content.matchAll(/\(\(([0-9a-f-]{36})\)\)/g)].map(([, uuid]) => world.model().block(uuid!)?.content).join('\n');

  const signature = (block: ModelBlock): string => {
    const { content, properties, tags } = block;
    const more = properties.size + tags.size === 0 ? '' : JSON.stringify([[...properties], [...tags]]);
    return content.includes('((') ? `${content}\n${more}${referenced(content)}` : `${content}\n${more}`;
  };

  return {
    element,
    show(blocks) {
      shown = blocks;
      const budget = { left: limit };
      reconcile(element, views, blocks, 1, budget);
      all = budget.left > 0;
    },
    more() {
      if (all) return false;
      limit += MORE_BLOCKS;
      this.show(shown);
      return true;
    },
    close() {
      for (const view of views.values()) drop(view);
      views.clear();
      element.remove();
    },
  };
}

function wrapper(view: View): HTMLElement {
  const there = view.main.querySelector<HTMLElement>(':scope > .block-content-wrapper');
  if (there) return there;
  const made = make('div', { class: 'block-content-wrapper' });
  view.main.append(made);
  return made;
}

function closeEmbeds(view: View): void {
  for (const { list } of view.embeds) list.close();
  view.embeds = [];
}

function stopAgain(view: View): void {
  for (const callOff of view.again) callOff();
  view.again = [];
}

/** The block's own slots: those of embedded blocks are theirs. */
function slotsOf(content: HTMLElement): HTMLElement[] {
  return [...content.querySelectorAll<HTMLElement>('.lsp-hook-ui-slot')].filter(
    (slot) => slot.closest('.block-ref, .embed-block, .embed-page, .custom-query') === null,
  );
}

const isCollapsed = (block: ModelBlock): boolean => block.collapsed || /^collapsed:: true$/m.test(block.content);
