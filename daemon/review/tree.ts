import { changePageText } from '../graph/page-text.ts';
import type { Change, GraphBlock, GraphPage } from '../graph/graph.ts';

type Properties = Readonly<Record<string, string>>;

/** A page's text before and after some changes, as a person is shown it. */
export interface Preview {
  before: string;
  after: string;
}

/**
 * What changes would make of a page. Where the page is a file these are its lines to the byte; where its blocks live in
 * Logseq, their texts. Throws what the graph would throw on a change that cannot be.
 */
export function previewOf(page: GraphPage | null, changes: readonly Change[], isFile: boolean): Preview {
  if (isFile) {
    const before = page?.text ?? '';
    return { before, after: changePageText(before, changes) };
  }
  const { properties, blocks } = changed(page, changes);
  return { before: textOf(page?.properties ?? {}, page?.blocks ?? []), after: textOf(properties, blocks) };
}

/** The page's blocks after the changes, without writing them anywhere. */
function changed(page: GraphPage | null, changes: readonly Change[]): { properties: Properties; blocks: GraphBlock[] } {
  const root: GraphBlock = {
    ref: '',
    content: '',
    properties: { ...page?.properties },
    children: structuredClone(page?.blocks ?? []),
  };
  const parents = new Map<string, GraphBlock>();
  const byRef = new Map<string, GraphBlock>();
  const note = (block: GraphBlock, parent: GraphBlock): void => {
    byRef.set(block.ref, block);
    parents.set(block.ref, parent);
    for (const child of block.children) note(child, block);
  };
  for (const child of root.children) note(child, root);
  for (const [index, change] of changes.entries()) {
    if (change.kind === 'properties') set(root.properties, change.properties);
    else if (change.kind === 'insert') {
      const parent = change.parent === null ? root : byRef.get(change.parent);
      const block: GraphBlock = {
        ref: change.uuid ?? `new-${index}`,
        content: change.content,
        properties: { ...change.properties },
        children: [],
      };
      const at = change.after === null ? -1 : (parent?.children.findIndex(({ ref }) => ref === change.after) ?? -1);
      parent?.children.splice(at + 1, 0, block);
      if (parent) note(block, parent);
    } else if (change.kind === 'update') {
      const block = byRef.get(change.ref);
      if (!block) continue;
      block.content = change.content;
      set(block.properties, change.properties ?? {});
    } else {
      const siblings = parents.get(change.ref)?.children ?? [];
      siblings.splice(siblings.findIndex(({ ref }) => ref === change.ref) >>> 0, 1);
    }
  }
  return { properties: root.properties, blocks: root.children };
}

/** An empty value takes the property away. */
function set(properties: Record<string, string>, changes: Properties): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') delete properties[name];
    else properties[name] = value;
  }
}

function textOf(properties: Properties, blocks: readonly GraphBlock[]): string {
  const lines = Object.entries(properties).map(([name, value]) => `${name}:: ${value}`);
  const put = (list: readonly GraphBlock[], indent: string): void => {
    for (const block of list) {
      const own = Object.entries(block.properties).map(([name, value]) => `${name}:: ${value}`);
      const [first = '', ...rest] = [...block.content.split('\n'), ...own];
      lines.push(`${indent}- ${first}`, ...rest.map((line) => `${indent}  ${line}`));
      put(block.children, `${indent}  `);
    }
  };
  put(blocks, '');
  return lines.join('\n');
}

/**
 * The changes that lead back from a page as it is to the page as it was. Blocks are told by their refs; one that was taken
 * away comes back with its uuid, where the graph gives it.
 */
export function wayBack(was: Pick<GraphPage, 'properties' | 'blocks'> | null, is: GraphPage): Change[] {
  const before = placesOf(was?.blocks ?? []);
  const after = placesOf(is.blocks);
  const changes: Change[] = [];
  const back = difference(is.properties, was?.properties ?? {});
  if (Object.keys(back).length > 0) changes.push({ kind: 'properties', properties: back });
  for (const [ref, { block, parent }] of after) {
    // What is under it goes with it.
    if (!before.has(ref) && (parent === null || before.has(parent))) changes.push({ kind: 'remove', ref: block.ref });
  }
  for (const [ref, { block, parent, previous }] of before) {
    const now = after.get(ref)?.block;
    const { content, properties } = block;
    if (!now) changes.push({ kind: 'insert', parent, after: previous, uuid: block.ref, content, properties });
    else if (now.content !== content || JSON.stringify(now.properties) !== JSON.stringify(properties)) {
      changes.push({ kind: 'update', ref, content, properties: difference(now.properties, properties) });
    }
  }
  return changes;
}

/** What has to be set, and with an empty value taken away, to come from one to the other. */
function difference(from: Properties, to: Properties): Record<string, string> {
  const changes: Record<string, string> = {};
  for (const name of Object.keys(from)) if (to[name] === undefined) changes[name] = '';
  for (const [name, value] of Object.entries(to)) if (from[name] !== value) changes[name] = value;
  return changes;
}

interface Place {
  block: GraphBlock;
  parent: string | null;
  previous: string | null;
}

/** In document order, so that a parent and the one before come first. */
function placesOf(blocks: readonly GraphBlock[]): Map<string, Place> {
  const places = new Map<string, Place>();
  const visit = (list: readonly GraphBlock[], parent: string | null): void => {
    let previous: string | null = null;
    for (const block of list) {
      places.set(block.ref, { block, parent, previous });
      previous = block.ref;
      visit(block.children, block.ref);
    }
  };
  visit(blocks, null);
  return places;
}
