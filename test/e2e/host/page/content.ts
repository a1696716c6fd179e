import { isPage, type ModelBlock } from '../model/store.ts';
import type { Model } from '../model/model.ts';
import { make } from './dom.ts';
import type { MacroCall, Slots } from './slots.ts';
import { readBlock, readInline, type BlockText, type Fence, type Part } from './text.ts';

/** What a block's content is drawn with. */
export interface ContentWorld {
  model(): Model;
  slots: Slots;
  go(page: string): void;
  /** A whole block, drawn inside another one. */
  embed(uuid: string): Node;
  embedPage(title: string): Node;
  /** A person changed a block's text elsewhere than in its editor. */
  rewrite(uuid: string, content: string): void;
}

/** How macros get their slots: `next` gives the one that stood there before, if there is one to be kept. */
export interface Drawing {
  uuid: string;
  next: (macro: MacroCall) => HTMLElement;
  /** Blocks that are drawn within each other without end are not. */
  depth: number;
}

const DEEPEST = 4;

/** Draws what stands in a block: title, properties and body, in Logseq's own elements. */
export function drawContent(world: ContentWorld, block: ModelBlock, drawing: Drawing): Node[] {
  const { kind } = world.model().options;
  const read = readBlock(block.content, kind);
  const nodes: Node[] = [];
  if (read.title !== '' || read.marker !== undefined || block.content === '') {
    const title = make('div', { class: 'flex-1 w-full' }, titleOf(world, block, read, drawing));
    nodes.push(make('div', { class: 'block-content-inner flex flex-row justify-between' }, title));
  }
  if (kind === 'db') nodes.push(...dbProperties(world, block));
  if (read.properties.length > 0) {
    const rows = read.properties.map(([key, value]) =>
      make(
        'div',
        {},
        make('a', { class: 'page-property-key block-property' }, key),
        make('span', { class: 'mr-1' }, ': '),
        make('span', { class: 'page-property-value inline' }, ...inline(world, value, drawing)),
      ),
    );
    nodes.push(make('div', { class: block.preBlock ? 'page-properties' : 'block-properties rounded' }, ...rows));
  }
  if (read.body.length > 0) {
    const parts = read.body.map((part) => bodyPart(world, block, part, drawing));
    nodes.push(make('div', { class: 'block-body' }, ...parts));
  }
  return nodes;
}

function titleOf(world: ContentWorld, block: ModelBlock, read: BlockText, drawing: Drawing): HTMLElement {
  const level = read.heading ?? headingOf(block);
  const title = level ? make(`h${level as 1}`, {}) : make('span', { class: 'inline' });
  const { marker } = read;
  if (marker !== undefined) {
    title.classList.add(marker.toLowerCase());
    title.append(checkbox(world, block, marker === 'DONE', marker), markerSwitch(world, block, marker));
  }
  const status = statusOf(world.model(), block);
  if (status !== undefined) title.append(make('span', { class: 'ls-task-status block-marker' }, status));
  if (read.priority !== undefined) title.append(make('a', { class: 'priority' }, `[#${read.priority}] `));
  title.append(...inline(world, read.title, drawing));
  return title;
}

/** DB graphs: a heading is a property. */
function headingOf(block: ModelBlock): number | undefined {
  const value = block.properties.get('logseq.property/heading');
  return typeof value === 'number' && value >= 1 && value <= 6 ? value : undefined;
}

function statusOf(model: Model, block: ModelBlock): string | undefined {
  const value = block.properties.get('logseq.property/status');
  if (typeof value !== 'string' || model.options.kind !== 'db') return undefined;
  const word = value.replace(/^:?logseq\.property\/status\./, '');
  return word === '' ? undefined : word[0]!.toUpperCase() + word.slice(1);
}

function dbProperties(world: ContentWorld, block: ModelBlock): Node[] {
  const model = world.model();
  const tags = [...block.tags].map((id) => model.pages.find((page) => page.id === id)?.title).filter(Boolean);
  const nodes: Node[] = tags.map((title) => make('a', { class: 'tag block-tag', 'data-ref': title }, `#${title}`));
  const shown = [...block.properties].filter(([key]) => !key.startsWith('logseq.property'));
  if (shown.length > 0)
    nodes.push(
      make(
        'div',
        { class: 'ls-properties-area' },
        ...shown.map(([key, value]) =>
          make(
            'div',
            { class: 'property-pair' },
            make('span', { class: 'property-key' }, key.replace(/^.*\//, '')),
            make('span', { class: 'property-value' }, typeof value === 'string' ? value : JSON.stringify(value)),
          ),
        ),
      ),
    );
  return nodes;
}

function checkbox(world: ContentWorld, block: ModelBlock, checked: boolean, marker: string): HTMLElement {
  const box = make('input', { type: 'checkbox', class: 'form-checkbox', 'aria-label': 'Done' });
  box.checked = checked;
  box.addEventListener('mousedown', (event) => event.stopPropagation());
  box.addEventListener('pointerdown', (event) => event.stopPropagation());
  box.addEventListener('change', () => {
    world.rewrite(block.uuid, block.content.replace(marker, box.checked ? 'DONE' : 'TODO'));
  });
  return box;
}

function markerSwitch(world: ContentWorld, block: ModelBlock, marker: string): HTMLElement {
  const next = { NOW: 'LATER', LATER: 'NOW', TODO: 'DOING', DOING: 'TODO' }[marker];
  if (next === undefined) return make('span', { class: 'task-status block-marker' }, marker === 'DONE' ? '' : marker);
  const link = make('a', { class: `marker-switch block-marker ${marker}`, title: `Change from ${marker} to ${next}` });
  link.textContent = marker;
  link.addEventListener('mousedown', (event) => {
    event.preventDefault();
    event.stopPropagation();
    world.rewrite(block.uuid, block.content.replace(marker, next));
  });
  return link;
}

function bodyPart(world: ContentWorld, block: ModelBlock, part: Part, drawing: Drawing): Node {
  if (part.kind === 'fence') return codeEditor(world, block, part);
  if (part.kind === 'table') return markdownTable(world, part.rows, drawing);
  const text = inline(world, part.text, drawing);
  return part.kind === 'quote' ? make('blockquote', {}, ...text) : make('div', { class: 'is-paragraph' }, ...text);
}

function markdownTable(world: ContentWorld, [head = [], ...rows]: string[][], drawing: Drawing): HTMLElement {
  const row = (tag: 'th' | 'td', cells: readonly string[]) =>
    make('tr', {}, ...cells.map((text) => make(tag, { class: 'org-left' }, ...inline(world, text, drawing))));
  const drawn = make('table', { class: 'table-auto' });
  drawn.append(make('thead', {}, row('th', head)), make('tbody', {}, ...rows.map((cells) => row('td', cells))));
  return make('div', { class: 'table-wrapper classic-table force-visible-scrollbar markdown-table' }, drawn);
}

/** A fence is an editor of its own: a click into it edits the code, and leaving it writes the block. */
function codeEditor(world: ContentWorld, block: ModelBlock, fence: Fence): HTMLElement {
  const code = make('pre', {
    class: 'CodeMirror-code',
    contenteditable: 'plaintext-only',
    spellcheck: 'false',
    role: 'textbox',
    'aria-multiline': 'true',
    'aria-label': `Code${fence.language === '' ? '' : `, ${fence.language}`}`,
  });
  code.textContent = fence.code;
  code.addEventListener('blur', () => {
    // Its lines: the browser keeps new ones as elements.
    const typed = code.innerText.replace(/\n$/, '');
    if (typed === fence.code) return;
    const { content } = block;
    world.rewrite(block.uuid, `${content.slice(0, fence.from)}${typed}${content.slice(fence.to)}`);
  });
  const mirror = make('div', { class: 'CodeMirror cm-s-solarized' }, code);
  const editor = make(
    'div',
    { class: 'extensions__code' },
    make('div', { class: 'extensions__code-lang' }, fence.language),
    make('div', { class: 'code-editor flex flex-1 flex-row' }, mirror),
  );
  for (const type of ['mousedown', 'pointerdown', 'keydown'])
    editor.addEventListener(type, (event) => event.stopPropagation());
  return make('div', { class: 'cp__fenced-code-block' }, make('div', { class: 'ui-fenced-code-editor' }, editor));
}

function inline(world: ContentWorld, text: string, drawing: Drawing): Node[] {
  return readInline(text).map((part): Node => {
    switch (part.kind) {
      case 'text':
        return document.createTextNode(part.text);
      case 'macro':
        return macro(world, part.macro, drawing);
      case 'page':
        return pageLink(world, part.name, 'page-ref', `[[${part.name}]]`);
      case 'tag':
        return pageLink(world, part.name, 'tag', `#${part.name}`);
      case 'block':
        return blockReference(world, part.uuid, drawing);
      case 'link':
        return externalLink(part.label, part.url);
      case 'code':
        return make('code', {}, part.text);
      case 'strong':
        return make('b', {}, part.text);
      case 'em':
        return make('i', {}, part.text);
      case 'del':
        return make('del', {}, part.text);
      case 'mark':
        return make('mark', {}, part.text);
    }
  });
}

function macro(world: ContentWorld, call: MacroCall, drawing: Drawing): Node {
  switch (call.name) {
    case 'renderer':
      return drawing.next(call);
    case 'embed': {
      if (drawing.depth >= DEEPEST) return make('span', { class: 'warning' }, 'Embed depth is too deep');
      const [target = ''] = call.arguments;
      const [, uuid] = /^\(\((.*)\)\)$/.exec(target) ?? [];
      return uuid === undefined ? world.embedPage(target.replace(/^\[\[|\]\]$/g, '')) : world.embed(uuid);
    }
    case 'query':
      return queryTable(world, call, drawing);
    default:
      return make('span', { class: 'warning', title: 'Unsupported macro name' }, `{{${call.name}}}`);
  }
}

/** A query's table: its cells are drawn without anybody knowing of which block they are. */
function queryTable(world: ContentWorld, call: MacroCall, drawing: Drawing): Node {
  const wanted = call.arguments.join(', ').replace(/^\[\[|\]\]$/g, '');
  const found = world.model().pages.flatMap((page) => blocksUnder(page.children, wanted, drawing.uuid));
  const rows = found.slice(0, 20).map((block) => {
    const read = readBlock(block.content, world.model().options.kind);
    const cell = drawing.depth < DEEPEST ? inline(world, read.title, nested(world, '', drawing)) : [read.title];
    return make('tr', {}, make('td', {}, ...cell));
  });
  const table = make('table', { class: 'table-auto' }, make('tbody', {}, ...rows));
  return make('div', { class: 'custom-query' }, make('div', { class: 'query-title' }, 'Live query'), table);
}

function blocksUnder(blocks: readonly ModelBlock[], wanted: string, not: string): ModelBlock[] {
  return blocks.flatMap((block) => [
    ...(wanted !== '' && block.uuid !== not && block.content.includes(wanted) ? [block] : []),
    ...blocksUnder(block.children, wanted, not),
  ]);
}

/** The slots of what is drawn inside another block are its own. */
function nested(world: ContentWorld, uuid: string, drawing: Drawing): Drawing {
  return { uuid, depth: drawing.depth + 1, next: (call) => world.slots.mount(call, uuid) };
}

function pageLink(world: ContentWorld, name: string, kind: string, text: string): HTMLElement {
  const link = make('a', { class: kind, 'data-ref': name.toLowerCase(), href: `#/page/${encodeURIComponent(name)}` });
  link.textContent = kind === 'tag' ? text : name;
  for (const type of ['mousedown', 'pointerdown']) link.addEventListener(type, (event) => event.stopPropagation());
  link.addEventListener('click', (event) => {
    event.preventDefault();
    world.go(name);
  });
  if (kind === 'tag') return link;
  const bracket = (shown: string) => make('span', { class: 'text-gray-500 bracket' }, shown);
  return make('span', { class: 'page-reference', 'data-ref': name }, bracket('[['), link, bracket(']]'));
}

function blockReference(world: ContentWorld, uuid: string, drawing: Drawing): Node {
  const block = world.model().block(uuid);
  if (!block || drawing.depth >= DEEPEST) return make('span', { class: 'block-ref warning' }, `((${uuid}))`);
  const { title } = readBlock(block.content, world.model().options.kind);
  const text = make('span', { class: 'inline' }, ...inline(world, title, nested(world, uuid, drawing)));
  const reference = make('span', { class: 'block-ref', blockid: uuid }, text);
  reference.addEventListener('click', () => world.go(pageTitle(block)));
  return reference;
}

function externalLink(label: string, url: string): Node {
  if (!/^(https?|mailto|assets|\.\.?\/)/.test(url)) return document.createTextNode(`[${label}](${url})`);
  const link = make('a', { class: 'external-link', href: url, target: '_blank', rel: 'noreferrer' }, label);
  for (const type of ['mousedown', 'pointerdown']) link.addEventListener(type, (event) => event.stopPropagation());
  return link;
}

/** The page that a block is on. */
function pageTitle(block: ModelBlock): string {
  let at = block.parent;
  while (!isPage(at)) at = at.parent;
  return at.title;
}
