import { canonicalJson } from '../../shared/canonical-json.ts';
import { pathOf, walk, type Node, type NodeKey, type NodePath, type Role } from '../../shared/workflow/definition.ts';
import { above, type Edit } from './edit.ts';

/** A node by which an edited page does not fit what a run has done. */
export interface Misfit {
  node: NodePath;
  title: string;
  /** Half a sentence about it: `is gone`. */
  why: string;
}

/** Replay goes through what these did by their settings, so that with others something completed could fail or be done again. */
const POLICIES: ReadonlySet<Role> = new Set(['retry', 'fallback', 'repeat', 'foreach', 'parallel']);

/**
 * What keeps a run from going on with an edited page (engine.md, Resume): a node that completed is gone or has another role, or
 * one around it, from which its key comes; a policy that completed has other settings or parts; a write that was begun and
 * whose outcome nobody knows, or a call whose run is still at work, is not as it was. `begun` as in `Memo`.
 */
export function misfitsOf(edit: Edit, begun: readonly NodeKey[]): Misfit[] {
  const { old, state } = edit;
  const misfits = new Map<NodePath, Misfit>();
  const say = (path: NodePath, why: string): void => {
    const node = old.get(path)?.node;
    if (node && !misfits.has(path)) misfits.set(path, { node: path, title: node.title || node.id, why });
  };
  const kept = (path: NodePath): void => {
    for (const each of [...above(path).reverse(), path]) {
      const why = otherRole(edit, each);
      if (why === undefined) continue;
      // What stands in it is gone with it.
      return say(each, why);
    }
  };
  for (const { key, status } of state.nodes.values()) {
    const path = pathOf(key);
    const node = old.get(path)?.node;
    if (!node || status !== 'completed') continue;
    kept(path);
    if (POLICIES.has(node.role) && !isSamePolicy(edit, path)) {
      say(path, 'has ended, so that its settings and its parts must stay as they were');
    }
  }
  for (const key of begun) {
    const path = pathOf(key);
    const node = state.nodes.get(key);
    if (node?.status === 'cancelled' && node.verified?.verdict === 'not-done') continue;
    kept(path);
    if (!edit.isSame(path)) say(path, 'was begun and nobody knows yet how it ended, so that it must stay as it was');
  }
  for (const path of openCalls(edit)) {
    kept(path);
    if (!edit.isSame(path) || !callsTheSame(edit, path)) {
      say(
        path,
        'has called a run that is not done and goes on as it began, so that it and that page must stay as they were',
      );
    }
  }
  return [...misfits.values()];
}

function otherRole({ old, now }: Edit, path: NodePath): string | undefined {
  const [was, is] = [old.get(path)?.node.role, now.get(path)?.node.role];
  if (was === is) return undefined;
  return is === undefined ? 'is gone' : `was a ${was} and is a ${is}`;
}

function isSamePolicy(edit: Edit, path: NodePath): boolean {
  const parts = (node: Node | undefined): string => (node?.children ?? []).map(({ id }) => id).join('\n');
  return edit.isSame(path) && parts(edit.old.get(path)?.node) === parts(edit.now.get(path)?.node);
}

/** Calls whose runs have begun and not completed: those go on with this one. */
function openCalls({ old, state }: Edit): NodePath[] {
  return [...state.nodes.values()]
    .filter(({ key, status, decisions }) => {
      const isCall = old.get(pathOf(key))?.node.role === 'call';
      return isCall && status !== 'completed' && status !== 'skipped' && decisions.child !== undefined;
    })
    .map(({ key }) => pathOf(key));
}

function callsTheSame({ before, after, old }: Edit, path: NodePath): boolean {
  const page = String(old.get(path)?.node.settings.page);
  return canonicalJson(calledFrom(page, before.pages)) === canonicalJson(calledFrom(page, after.pages));
}

/** A page with all that it calls. */
function calledFrom(page: string, pages: Edit['before']['pages'], found: Edit['before']['pages'] = {}): object {
  const definition = pages[page];
  if (!definition || page in found) return found;
  found[page] = definition;
  for (const { node } of walk(definition.body)) {
    if (node.role === 'call') calledFrom(String(node.settings.page), pages, found);
  }
  return found;
}

/** Whether both versions call the same pages, as these are. */
export function hasSamePages({ before, after }: Pick<Edit, 'before' | 'after'>): boolean {
  return canonicalJson(before.pages) === canonicalJson(after.pages);
}
