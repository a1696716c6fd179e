import type { Json, JsonObject } from '../../shared/json.ts';
import type { Definition, Node, Role } from '../../shared/workflow/definition.ts';

/** A node as data, its id for a title. */
export function node(role: Role, id: string, settings: Record<string, Json> = {}, ...children: Node[]): Node {
  return { role, id, title: id, settings, children };
}

export const step = (id: string, uses: string, settings: JsonObject = {}, ...children: Node[]): Node =>
  node('step', id, { uses, ...settings }, ...children);

export const stage = (id: string, ...children: Node[]): Node => node('stage', id, { persona: 'tester' }, ...children);

/** A definition with one stage of the persona `tester` around the nodes. */
export function workflowOf(...nodes: Node[]): Definition {
  return { language: 1, header: node('workflow', 'test_workflow'), body: [stage('work', ...nodes)] };
}
