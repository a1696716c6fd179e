import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Graph } from './graph.ts';
import { lookAt } from './look-at.ts';

/** A page of a graph with a workflow that can be read. */
export interface WorkflowPage {
  page: string;
  definition: Definition;
  /** Its Markdown. */
  text: string;
}

/** What every macro of ours has in it, however it is spaced. */
const MARK = ':stagebook';

/** Pages by name with what told that they changed; null: no workflow. */
const known = new WeakMap<Graph, Map<string, { stamp: string; found: WorkflowPage | null }>>();

/** The workflows of a graph. Where it has files, only those that changed since the last time are read. */
export async function workflowPages(graph: Graph): Promise<WorkflowPage[]> {
  const before = known.get(graph) ?? new Map<string, { stamp: string; found: WorkflowPage | null }>();
  const now: typeof before = new Map();
  for await (const { page, stamp } of candidates(graph)) {
    const same = before.get(page);
    const entry = same && stamp !== '' && same.stamp === stamp ? same : { stamp, found: await look(graph, page) };
    // One that cannot be read now stays what it was, and is looked at again.
    if (entry.found !== undefined) now.set(page, { stamp: entry.stamp, found: entry.found });
    else if (same) now.set(page, same);
  }
  known.set(graph, now);
  return [...now.values()].flatMap(({ found }) => found ?? []);
}

async function* candidates(graph: Graph): AsyncIterable<{ page: string; stamp: string }> {
  if (graph.stamps) return yield* graph.stamps();
  if (graph.workflows) for (const page of await graph.workflows()) yield { page, stamp: '' };
  else for await (const page of graph.pages()) yield { page, stamp: '' };
}

/** Undefined of a page that cannot be read just now. */
async function look(graph: Graph, name: string): Promise<WorkflowPage | null | undefined> {
  const page = await lookAt(graph, name);
  if (!page) return page;
  const { text } = page;
  if (!text?.includes(MARK)) return null;
  const { definition } = parseWorkflowText(text);
  return definition && { page: page.name, definition, text };
}
