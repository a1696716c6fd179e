import type { Node, Role } from '../definition.ts';
import type { Body } from '../role.ts';
import type { Check, Subject, Visited } from './check.ts';
import { oneOf, oneOfAtHead } from '../article.ts';

/** What may stand around a stage: it only chooses between stages. */
const AROUND_STAGES: readonly Role[] = ['route', 'case', 'when', 'otherwise'];

/** Every node stands where its role may stand, and holds what its role may hold. */
export const places: Check = {
  name: 'places',
  run(subject) {
    const told = new Set<Node>();
    for (const visited of subject.nodes) {
      if (!visited.shape) continue;
      if (visited.node !== subject.definition.header) checkParent(subject, visited);
      checkBody(subject, visited, visited.shape.body);
      if (visited.node.role === 'step') checkStage(subject, visited, told);
    }
  },
};

/** Every effect has a persona. What stands around steps is told once, where a stage would have to be. */
function checkStage(subject: Subject, visited: Visited, told: Set<Node>): void {
  const { node, ancestors } = visited;
  if (ancestors.some(({ role }) => role === 'stage')) return;
  const outermost = ancestors.find(({ role }) => !AROUND_STAGES.includes(role)) ?? node;
  if (told.has(outermost)) return;
  told.add(outermost);
  const what = outermost === node ? 'A step' : `The steps of this ${outermost.role}`;
  const message = `${what} must stand in a stage, so that a persona answers for what they do. Put a stage around.`;
  subject.report(subject.visited(outermost), 'node.outside_stage', message);
}

function checkParent(subject: Subject, visited: Visited): void {
  const { node, ancestors, shape } = visited;
  const parent = ancestors.at(-1);
  const tell = (code: string, message: string): void => subject.report(visited, code, message);
  const choosing = ancestors.every(({ role }) => AROUND_STAGES.includes(role));
  if (node.role === 'workflow') {
    tell('header.second', 'A page has one workflow header, its first node. Move this one to a page of its own.');
  } else if (node.role === 'persona') {
    tell('node.misplaced', 'A persona has a page of its own.');
  } else if (node.role === 'stage' && !choosing) {
    tell('stage.nested', 'A stage stands at the top level, or in a route or when there.');
  } else if (shape?.parents && !shape.parents.includes(parent?.role ?? 'top')) {
    const where = shape.parents.map((role) => (role === 'top' ? 'at the top level' : `in ${oneOf(role)}`)).join(' or ');
    tell(
      'node.misplaced',
      `${oneOfAtHead(node.role)} stands ${where}, not ${parent ? `in ${oneOf(parent.role)}` : 'at the top level'}.`,
    );
  } else if (node.role === 'undo' && !ancestors.some(({ role }) => role === 'saga')) {
    tell('undo.outside_saga', 'Only a saga takes steps back: put one around this step, or remove its undo.');
  }
}

function checkBody(subject: Subject, visited: Visited, body: Body): void {
  const { node } = visited;
  if (body.kind === 'none') {
    if (node.children.length === 0) return;
    const message =
      node.role === 'workflow'
        ? 'The program comes after its header, not indented under it.'
        : `${oneOfAtHead(node.role)} holds nothing. Move what is indented under it.`;
    subject.report(visited, 'node.children', message);
    return;
  }
  const own = node.children.filter((child) => child.role !== body.last);
  for (const child of own) checkChild(subject, visited, child, body);
  if (
    own.length < node.children.length - 1 ||
    (own.length < node.children.length && node.children.at(-1)?.role !== body.last)
  ) {
    subject.report(visited, 'node.order', `The ${body.last} of ${oneOf(node.role)} comes last, and there is only one.`);
  }
  const max = body.kind === 'work' ? (body.max ?? Infinity) : Infinity;
  if (own.length >= body.min && own.length <= max) return;
  const need =
    body.min === max ? `exactly ${body.min}` : own.length < body.min ? `at least ${body.min}` : `at most ${max}`;
  const parts = need.endsWith(' 1') ? 'part' : 'parts';
  subject.report(
    visited,
    'node.count',
    `${oneOfAtHead(node.role)} holds ${need} ${parts}; this one has ${own.length}.`,
  );
}

/** A part that has a place of its own elsewhere is told about by that. */
function checkChild(subject: Subject, visited: Visited, child: Node, body: Exclude<Body, { kind: 'none' }>): void {
  const { node } = visited;
  const shape = subject.catalogue.roles.get(child.role);
  if (!shape || shape.parents) return;
  if (body.kind === 'only' ? body.roles.includes(child.role) : shape.work) return;
  const allowed = body.kind === 'only' ? body.roles.join(' and ') : 'steps and containers';
  subject.report(visited, 'node.children', `${oneOfAtHead(node.role)} holds ${allowed}, not ${oneOf(child.role)}.`);
}
