import { isObject } from '../json.ts';
import { isLibrary } from './references.ts';

/** What Logseq itself says of a page in its recycle bin, where `getPage` still finds it. */
const DELETED = ':logseq.property/deleted-at';
const BUILT_IN = ':logseq.property/built-in?';

/** A page as the query `pagesInDb` gives it, as far as its name goes. */
interface PageRow {
  id: number;
  uuid: string;
  title: string;
  parent: number | undefined;
  deleted: boolean;
  builtIn: boolean;
}

/** Whether a page of a database graph lies in the recycle bin. */
export function isDeleted(page: Readonly<Record<string, unknown>>): boolean {
  return page[DELETED] !== undefined && page[DELETED] !== null;
}

/**
 * The whole names of a database graph's pages by their uuids, as Logseq has them, from its answer to the query `pagesInDb`. What
 * is in the recycle bin, or under a page there, has no name any more; Logseq's own properties and tags have none, either.
 */
export function wholeNames(answer: unknown): Map<string, string> {
  const rows = (Array.isArray(answer) ? (answer as unknown[]) : []).flatMap(readRow);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const names = new Map<string, string>();
  for (const row of rows) {
    const name = row.builtIn ? undefined : nameOf(row, byId);
    if (name !== undefined) names.set(row.uuid, name);
  }
  return names;
}

function nameOf(row: PageRow, byId: ReadonlyMap<number, PageRow>): string | undefined {
  const parts: string[] = [];
  const seen = new Set<number>();
  for (let at: PageRow | undefined = row; at && !seen.has(at.id);) {
    if (at.deleted) return undefined;
    if (at !== row && isLibrary(at)) break;
    seen.add(at.id);
    parts.unshift(at.title);
    at = at.parent === undefined ? undefined : byId.get(at.parent);
  }
  return parts.join('/');
}

function readRow(row: unknown): PageRow[] {
  if (!isObject(row)) return [];
  const { id, uuid, title, parent } = row;
  if (typeof id !== 'number' || typeof uuid !== 'string' || typeof title !== 'string') return [];
  const above = isObject(parent) && typeof parent.id === 'number' ? parent.id : undefined;
  return [{ id, uuid, title, parent: above, deleted: isDeleted(row), builtIn: row[BUILT_IN] === true }];
}
