import { isPage, type ModelBlock, type ModelPage } from './store.ts';

/** Blocks that are inserted at once, each with those beneath it. */
export interface Batch {
  content: string;
  properties?: Record<string, unknown>;
  children?: Batch[];
}

/** Where `insertBlock` puts a block: behind the last child, unless told otherwise. */
export function placeOf(
  target: ModelBlock | ModelPage,
  sibling: boolean,
  before: boolean,
): { parent: ModelBlock | ModelPage; at: number } {
  if (isPage(target)) return { parent: target, at: target.children.length };
  if (!sibling && before) return { parent: target, at: 0 };
  if (!sibling) return { parent: target, at: target.children.length };
  const { parent } = target;
  return { parent, at: parent.children.indexOf(target) + (before ? 0 : 1) };
}

/** What the parser of a batch does to a block's text: the first level of indentation of its lines is taken for the block's. */
export function withoutIndent(content: string): string {
  const [first = '', ...rest] = content.split('\n');
  return [first, ...rest.map((line) => line.replace(/^(\t| {1,2})/, ''))].join('\n');
}
