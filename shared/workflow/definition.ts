import type { Json } from '../json.ts';

/** The version of the language that a definition is written in; part of what is hashed. */
export const LANGUAGE_VERSION = 1;

/** Every word that may follow `{{renderer :stagebook, ` (language.md, Nodes). */
export const ROLES = [
  'workflow',
  'stage',
  'step',
  'undo',
  'gate',
  'check',
  'sign-off',
  'ask',
  'sequence',
  'parallel',
  'route',
  'case',
  'when',
  'otherwise',
  'retry',
  'fallback',
  'timeout',
  'breaker',
  'cache',
  'repeat',
  'foreach',
  'saga',
  'wait',
  'call',
  'persona',
  'claim',
] as const;
export type Role = (typeof ROLES)[number];

/** Settings as written, without defaults; expressions are still text. */
export type Settings = { readonly [name: string]: Json };

/** One block of the program. `id` is unique on the page. */
export interface Node {
  readonly role: Role;
  readonly id: string;
  readonly title: string;
  readonly settings: Settings;
  /** The fence in another language that a step passes to its action. */
  readonly source?: { readonly language: string; readonly text: string };
  readonly children: readonly Node[];
}

/** A workflow as data: what is hashed, pinned and run. `header` is its `workflow` node, `body` what follows it. */
export interface Definition {
  readonly language: typeof LANGUAGE_VERSION;
  readonly header: Node;
  readonly body: readonly Node[];
}

/** The static path of a node: ids from the top level down, joined by `/`. Without iterations and attempts. */
export type NodePath = string;

/**
 * The key of one execution of a node: its path with iterations `[i]` (from 0) and attempts `#n` (from 1)
 * on the segment of the container that made them, as in `publish/push#2/send` or `lint/files[3]/check`.
 */
export type NodeKey = string;

/** The path that a key belongs to: the key without its iterations and attempts. */
export function pathOf(key: NodeKey): NodePath {
  return key.replace(/\[\d+\]|#\d+/g, '');
}

/** A node, with where it stands. */
export interface Stand {
  node: Node;
  path: NodePath;
  parent: NodePath;
}

/** Every node in document order with its path, the header left out. */
export function walk(nodes: readonly Node[], parent: NodePath = '', found: Stand[] = []): Stand[] {
  for (const node of nodes) {
    const path = parent === '' ? node.id : `${parent}/${node.id}`;
    found.push({ node, path, parent });
    walk(node.children, path, found);
  }
  return found;
}
