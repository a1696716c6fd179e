import type { Body } from '../role.ts';
import type { Check, Subject, Visited } from './check.ts';

/** Every node stands where its role may stand, and holds what its role may hold. */
export const places: Check = {
  name: 'places',
  run(subject) {
    for (const visited of subject.nodes) {
      if (!visited.shape) continue;
      checkParent(subject, visited);
      checkBody(subject, visited, visited.shape.body);
    }
  },
};

function checkParent(subject: Subject, visited: Visited): void {
  const { node, ancestors, shape } = visited;
  const parent = ancestors.at(-1);
  if (node.role === 'workflow' && parent === undefined && node !== subject.definition.header) {
    subject.report(
      visited,
      'header.second',
      'A page has one workflow header. Move this one to a page of its own and call it.',
    );
    return;
  }
  if (parent === undefined && shape?.work) {
    // Containers may stand at the top level around stages; what acts needs a persona.
    if (node.role === 'route' || node.role === 'when') return;
    const message = `A ${node.role} stands in a stage, so that a persona answers for it. Put a stage around it.`;
    subject.report(visited, 'node.outside_stage', message);
    return;
  }
  if (
    node.role === 'stage' &&
    ancestors.some((above) => !['route', 'case', 'when', 'otherwise'].includes(above.role))
  ) {
    subject.report(visited, 'stage.nested', 'A stage stands at the top level, or in a route or when there.');
    return;
  }
  if (!shape?.parents) return;
  if (shape.parents.includes(parent?.role ?? 'top')) return;
  const where = shape.parents.map((role) => (role === 'top' ? 'at the top level' : `in a ${role}`)).join(' or ');
  subject.report(
    visited,
    'node.misplaced',
    `A ${node.role} stands ${where}, not ${parent ? `in a ${parent.role}` : 'at the top level'}.`,
  );
}

function checkBody(subject: Subject, visited: Visited, body: Body): void {
  const { node } = visited;
  const last = node.children.at(-1);
  const lastRole = body.kind === 'none' ? undefined : body.last;
  const own = last && last.role === lastRole ? node.children.slice(0, -1) : node.children;
  if (body.kind === 'none' && own.length > 0) {
    subject.report(visited, 'node.children', `A ${node.role} holds nothing. Move what is indented under it.`);
    return;
  }
  if (body.kind === 'none') return;
  for (const child of own) {
    const shape = subject.catalogue.roles.get(child.role);
    if (!shape) continue;
    const stageHere = child.role === 'stage' && shape.parents?.includes(node.role);
    const fits = body.kind === 'only' ? body.roles.includes(child.role) : shape.work || stageHere === true;
    if (fits || shape.parents) continue;
    const allowed = body.kind === 'only' ? body.roles.join(' and ') : 'steps and containers';
    subject.report(visited, 'node.children', `A ${node.role} holds ${allowed}, not a ${child.role}.`);
  }
  const max = body.kind === 'work' ? (body.max ?? Infinity) : Infinity;
  if (own.length >= body.min && own.length <= max) return;
  const need = body.min === max ? `exactly ${body.min}` : `at least ${body.min}`;
  subject.report(
    visited,
    'node.count',
    `A ${node.role} holds ${need} ${max === 1 || body.min === 1 ? 'part' : 'parts'}; this one has ${own.length}.`,
  );
}
