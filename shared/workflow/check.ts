import type { Place, Problem } from '../problem.ts';
import type { Subject, Visited } from './checks/check.ts';
import { checks } from './checks/index.ts';
import type { Definition, Node, NodePath } from './definition.ts';
import type { NodePlace, ParsedWorkflow } from './parse.ts';
import type { Catalogue } from './role.ts';

/** Every problem of a page that was read, in the order of the page (language.md, Checking). */
export function checkWorkflow(parsed: ParsedWorkflow, catalogue: Catalogue): Problem[] {
  const found = parsed.definition ? checkDefinition(parsed.definition, catalogue, parsed.places) : [];
  return [...parsed.problems, ...found].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

/** Every problem of a definition. Without places (a definition that is data) they name the node only. */
export function checkDefinition(
  definition: Definition,
  catalogue: Catalogue,
  places: ReadonlyMap<NodePath, NodePlace> = new Map(),
): Problem[] {
  const problems: Problem[] = [];
  const nodes = visitAll(definition, catalogue);
  const subject: Subject = {
    definition,
    catalogue,
    nodes,
    report(at, code, message, more = {}) {
      const place = placeOf(at, places, more.setting);
      problems.push({ code, severity: more.warning ? 'warning' : 'error', message, place });
    },
  };
  for (const check of checks) check.run(subject);
  return problems;
}

function placeOf(at: Visited, places: ReadonlyMap<NodePath, NodePlace>, setting: string | undefined): Place {
  const place = places.get(at.path);
  if (!place) return { line: 1, column: 1, block: '0', node: at.path };
  // The nearest setting that is written: of `with.name` that is missing, `with`.
  for (let path = setting; path; path = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '') {
    const own = place.settings.get(path);
    if (own) return { ...own, block: place.block, node: at.path };
  }
  return { line: place.line, column: place.column, block: place.block, node: at.path };
}

function visitAll(definition: Definition, catalogue: Catalogue): Visited[] {
  const { header, body } = definition;
  const shapeOf = (node: Node) => catalogue.roles.get(node.role);
  const nodes: Visited[] = [{ node: header, path: header.id, ancestors: [], shape: shapeOf(header), persona: null }];
  const stack: Omit<Visited, 'shape'>[] = body
    .map((node) => ({ node, path: node.id, ancestors: [], persona: null }))
    .toReversed();
  for (let at = stack.pop(); at; at = stack.pop()) {
    const { node, path, ancestors } = at;
    const own = node.role === 'stage' && typeof node.settings.persona === 'string' ? node.settings.persona : at.persona;
    nodes.push({ ...at, persona: own, shape: shapeOf(node) });
    const inside = [...ancestors, node];
    for (const child of node.children.toReversed()) {
      stack.push({ node: child, path: `${path}/${child.id}`, ancestors: inside, persona: own });
    }
  }
  return nodes;
}
