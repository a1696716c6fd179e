import { walk, type Definition, type Node } from './definition.ts';

/** A definition with the pages it calls. */
export interface Whole {
  readonly definition: Definition;
  readonly pages: Readonly<Record<string, Definition>>;
}

/** One node that is in one of two versions only, or not the same in both. `was` and `now` are all that is executable about it. */
export interface Change {
  /** The node's path; of a called page behind the page's name: `Page › path`. */
  path: string;
  was?: string;
  now?: string;
}

/** The nodes in which two versions of a workflow differ, what is gone first, then in the order of the later one. */
export function changesBetween(before: Whole, after: Whole): Change[] {
  const [old, next] = [linesOf(before), linesOf(after)];
  const changes: Change[] = [];
  for (const [path, was] of old) if (!next.has(path)) changes.push({ path, was });
  for (const [path, now] of next) {
    const was = old.get(path);
    if (was !== now) changes.push({ path, now, ...(was === undefined ? {} : { was }) });
  }
  return changes;
}

/** Whether the same nodes stand in another order, which is another program. */
export function isReordered(before: Whole, after: Whole): boolean {
  return [...linesOf(before).keys()].join('\n') !== [...linesOf(after).keys()].join('\n');
}

/** All that is executable about a node itself, without its parts: two nodes of one line do the same. */
export function lineOf({ role, title, settings, source }: Node): string {
  const text = source === undefined ? '' : ` ${source.language}: ${JSON.stringify(source.text)}`;
  return `${role} “${title}” ${JSON.stringify(settings)}${text}`;
}

/** Each node by its path, with its line. */
function linesOf({ definition, pages }: Whole): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [page, each] of [['', definition] as const, ...Object.entries(pages)]) {
    const prefix = page === '' ? '' : `${page} › `;
    lines.set(`${prefix}${each.header.id}`, lineOf(each.header));
    for (const { node, path } of walk(each.body)) lines.set(`${prefix}${path}`, lineOf(node));
  }
  return lines;
}
