import type { Place, Problem } from '../problem.ts';
import { tryCompile } from './cel/program.ts';
import type { Subject, Visited } from './checks/check.ts';
import { checks } from './checks/index.ts';
import { settings } from './checks/settings.ts';
import type { Definition, Node } from './definition.ts';
import type { NodePlace, ParsedWorkflow } from './parse.ts';
import type { Catalogue } from './role.ts';

/** Problems that are told of one definition; the rest would only bury them. */
const MOST_PROBLEMS = 200;

/** Every problem of a page that was read, in the order of the page (language.md, Checking). */
export function checkWorkflow(parsed: ParsedWorkflow, catalogue: Catalogue): Problem[] {
  const { definition, claims, placeOf } = parsed;
  const found = definition
    ? [...checkDefinition(definition, catalogue, placeOf), ...checkClaims(definition, claims, catalogue, placeOf)]
    : [];
  return [...parsed.problems, ...found].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

/** Every problem of a definition. Without places (a definition that is data) they name the node only. */
export function checkDefinition(
  definition: Definition,
  catalogue: Catalogue,
  placeOf: (node: Node) => NodePlace | undefined = () => undefined,
): Problem[] {
  const { subject, problems } = subjectOf(definition, visitAll(definition, catalogue), catalogue, placeOf);
  for (const check of checks) check.run(subject);
  return problems;
}

/** Claims are no part of the program: only their settings are looked at, and whether `that` is an expression. */
function checkClaims(
  definition: Definition,
  claims: readonly Node[],
  catalogue: Catalogue,
  placeOf: ParsedWorkflow['placeOf'],
): Problem[] {
  const shape = catalogue.roles.get('claim');
  const nodes = claims.map((node): Visited => ({ node, path: node.id, ancestors: [], shape, persona: null }));
  const { subject, problems } = subjectOf(definition, nodes, catalogue, placeOf);
  settings.run(subject);
  for (const visited of nodes) {
    const { that } = visited.node.settings;
    if (typeof that !== 'string' || that.includes('${{') || tryCompile(that)) continue;
    subject.report(visited, 'expression.syntax', `“${that}” is no expression.`, { setting: 'that', column: 0 });
  }
  return problems;
}

function subjectOf(
  definition: Definition,
  nodes: readonly Visited[],
  catalogue: Catalogue,
  placeOf: ParsedWorkflow['placeOf'],
): { subject: Subject; problems: Problem[] } {
  const problems: Problem[] = [];
  const byNode = new Map(nodes.map((visited) => [visited.node, visited]));
  const subject: Subject = {
    definition,
    catalogue,
    nodes,
    visited: (node) => byNode.get(node)!,
    report(at, code, message, { setting, column, warning } = {}) {
      if (problems.length >= MOST_PROBLEMS) return;
      const place = placeWithin(at, placeOf(at.node), setting, column);
      problems.push({ code, severity: warning ? 'warning' : 'error', message, place });
    },
  };
  return { subject, problems };
}

function placeWithin(at: Visited, place: NodePlace | undefined, setting?: string, column?: number): Place {
  if (!place) return { line: 1, column: 1, block: '0', node: at.path };
  const { block } = place;
  const exact = setting === undefined ? undefined : place.settings.get(setting);
  if (exact?.text && column !== undefined) {
    return { line: exact.text.line, column: exact.text.column + column, block, node: at.path };
  }
  // The nearest setting that is written: of `with.name` that is missing, `with`.
  for (let path = setting; path; path = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '') {
    const own = place.settings.get(path);
    if (own) return { line: own.line, column: own.column, block, node: at.path };
  }
  return { line: place.line, column: place.column, block, node: at.path };
}

/** Every node in the order of the page; never recursive, and linear in the page. */
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
