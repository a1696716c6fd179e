/** What `App.getCurrentGraph` says, as far as it says anything. */
export interface LogseqGraphInfo {
  name?: string;
  url?: string;
  path?: string;
}

/**
 * The id of the graph that a Logseq has open: what runs, the outbox and the memory of what was written call it.
 *
 * A file graph is its folder, so that it is the same graph whether it is written through Logseq or as files. A DB graph
 * is `logseq_db_<name>`, as Logseq itself calls it. Null for the demo graph, which is nowhere and is gone when Logseq is.
 */
export function logseqGraphId(kind: 'file' | 'db', info: LogseqGraphInfo | null | undefined): string | null {
  if (!info) return null;
  if (kind === 'file') return info.path === undefined || info.path === '' ? null : withoutEnd(info.path);
  const name = info.url?.startsWith(DB) ? info.url : info.name;
  if (name === undefined || name === '') return null;
  return name.startsWith(DB) ? name : `${DB}${name}`;
}

const DB = 'logseq_db_';

/** Whether an id is that of a DB graph; others are folders. */
export const isDbGraph = (id: string): boolean => id.startsWith(DB);

/** A separator at the end would make another id of the same folder. */
const withoutEnd = (path: string): string => (path.length > 1 ? path.replace(/[/\\]+$/, '') || path : path);
