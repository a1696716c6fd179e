import { parseOutline, walkBlocks } from '../../shared/outline/index.ts';
import type { Definition, Node } from '../../shared/workflow/definition.ts';
import { readMacro } from '../../shared/workflow/macro.ts';
import { parseWorkflowText, type ParsedWorkflow } from '../../shared/workflow/parse.ts';
import type { PageFacts } from '../graph-index/facts.ts';

const roles = new WeakMap<PageFacts, ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

/** The roles of the nodes on a page. An example in code is none. */
export function nodesOn(page: PageFacts): ReadonlySet<string> {
  if (page.workflow === undefined) return NONE;
  let found = roles.get(page);
  if (!found) {
    const all = new Set<string>();
    for (const { block } of walkBlocks(parseOutline(page.workflow).blocks)) {
      const macro = readMacro(block.content.split('\n', 1)[0]!);
      if (macro) all.add(macro.role);
    }
    found = all;
    roles.set(page, found);
  }
  return found;
}

/** Whether a page is meant to be a workflow: it has a header or a stage. */
export const isWorkflow = (page: PageFacts): boolean => nodesOn(page).has('workflow') || nodesOn(page).has('stage');

const parsed = new WeakMap<PageFacts, ParsedWorkflow>();

/** A workflow page as it was read; remembered while it stays as it is. */
export function workflowOn(page: PageFacts): ParsedWorkflow {
  let known = parsed.get(page);
  if (!known) parsed.set(page, (known = parseWorkflowText(page.workflow ?? '')));
  return known;
}

/** Every node of a definition with the persona that does its work. */
export function* nodesOf(definition: Definition): Iterable<{ node: Node; persona: string | undefined }> {
  const left: { node: Node; persona: string | undefined }[] = definition.body.map((node) => ({
    node,
    persona: undefined,
  }));
  for (let next = left.pop(); next; next = left.pop()) {
    const said = next.node.role === 'stage' ? next.node.settings.persona : undefined;
    const persona = typeof said === 'string' ? said : next.persona;
    yield { node: next.node, persona };
    for (const node of next.node.children) left.push({ node, persona });
  }
}
