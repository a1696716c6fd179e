import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Graph } from './graph.ts';

/** A page of a graph with a workflow that can be read. */
export interface WorkflowPage {
  page: string;
  definition: Definition;
  /** Its Markdown. */
  text: string;
}

const MACRO = '{{renderer :stagebook, workflow}}';

/** Pages by name with what told that they changed; null: no workflow. */
const known = new WeakMap<Graph, Map<string, { stamp: string; found: WorkflowPage | null }>>();

/** The workflows of a graph. Where it has files, only those that changed since the last time are read. */
export async function workflowPages(graph: Graph): Promise<WorkflowPage[]> {
  const before = known.get(graph) ?? new Map<string, { stamp: string; found: WorkflowPage | null }>();
  const now: typeof before = new Map();
  for await (const { page, stamp } of candidates(graph)) {
    const same = before.get(page);
    const found = same && stamp !== '' && same.stamp === stamp ? same.found : await look(graph, page);
    now.set(page, { stamp, found });
  }
  known.set(graph, now);
  return [...now.values()].flatMap(({ found }) => found ?? []);
}

async function* candidates(graph: Graph): AsyncIterable<{ page: string; stamp: string }> {
  if (graph.stamps) return yield* graph.stamps();
  if (graph.workflows) for (const page of await graph.workflows()) yield { page, stamp: '' };
  else for await (const page of graph.pages()) yield { page, stamp: '' };
}

async function look(graph: Graph, name: string): Promise<WorkflowPage | null> {
  // One that cannot be read has no workflow.
  const page = await graph.read(name).catch(() => null);
  const text = page?.text;
  if (!page || !text?.includes(MACRO)) return null;
  const { definition } = parseWorkflowText(text);
  return definition && { page: page.name, definition, text };
}
