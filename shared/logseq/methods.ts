/**
 * What the daemon asks of a Logseq, by the names of the SDK; Logseq's HTTP API has the same. The plugin refuses anything
 * else, so that whoever got hold of the connection could read and write pages and nothing more: no commands, no settings,
 * no files, no programs.
 */
export const LOGSEQ_METHODS = [
  'logseq.App.checkCurrentIsDbGraph',
  'logseq.App.getCurrentGraph',
  'logseq.App.getUserConfigs',
  'logseq.Editor.getPage',
  'logseq.Editor.getAllPages',
  'logseq.Editor.getPageBlocksTree',
  'logseq.Editor.getBlockProperties',
  'logseq.Editor.createPage',
  'logseq.Editor.deletePage',
  'logseq.Editor.insertBlock',
  'logseq.Editor.insertBatchBlock',
  'logseq.Editor.appendBlockInPage',
  'logseq.Editor.updateBlock',
  'logseq.Editor.removeBlock',
  'logseq.Editor.setBlockCollapsed',
  'logseq.Editor.upsertProperty',
  'logseq.Editor.upsertBlockProperty',
  'logseq.Editor.removeBlockProperty',
  'logseq.Editor.removeBlockTag',
  'logseq.Editor.checkEditing',
  'logseq.Editor.editBlock',
  'logseq.Editor.exitEditingMode',
  'logseq.DB.datascriptQuery',
] as const;

export type LogseqMethod = (typeof LOGSEQ_METHODS)[number];

const workflowsBy = (
  text: string,
): string => `[:find (pull ?p [:block/original-name :block/title :block/name :block/uuid])
 :where [?b ${text} ?text] [(clojure.string/includes? ?text "{{renderer :stagebook, workflow}}")] [?b :block/page ?p]]`;

/** The only queries that `datascriptQuery` may be asked. They take nothing. */
export const LOGSEQ_QUERIES = {
  /** File graphs: names of the pages with a block of their own. Pages that are only referred to have none. */
  written: `[:find [?name ...]
 :where [?b :block/page ?p] (not [?b :block/pre-block? true]) [?p :block/original-name ?name]]`,
  /** DB graphs: uuids of the pages with a block. */
  writtenInDb: '[:find [?uuid ...] :where [?b :block/page ?p] [?p :block/uuid ?uuid]]',
  /** DB graphs: all pages, with the page above each: a name with slashes is a page under pages. */
  pagesInDb: `[:find [(pull ?p [:db/id :block/uuid :block/title {:block/parent [:db/id]} :logseq.property/deleted-at :logseq.property/built-in?]) ...]
 :where [?p :block/name]]`,
  /** File graphs: the pages with a workflow, a row each. */
  workflows: workflowsBy(':block/content'),
  /** The same of DB graphs. */
  workflowsInDb: workflowsBy(':block/title'),
} as const;

/** Whether the daemon may call this of a Logseq. Both ends ask. */
export function mayCallLogseq(method: string, args: readonly unknown[]): boolean {
  if (!LOGSEQ_METHODS.some((allowed) => allowed === method)) return false;
  if (method !== 'logseq.DB.datascriptQuery') return true;
  return args.length === 1 && Object.values(LOGSEQ_QUERIES).some((query) => query === args[0]);
}
