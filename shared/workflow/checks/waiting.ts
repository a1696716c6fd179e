import type { Node } from '../definition.ts';
import { actionOf, calledBy } from './reach.ts';
import type { Check, Subject, Visited } from './check.ts';
import { oneOf, oneOfAtHead } from '../article.ts';

/** What waits for people or for a time. */
const WAITS: readonly string[] = ['gate', 'ask', 'wait'];

/** Nobody is waited for inside a breaker or a cache, and a cache only holds what reads. */
export const waiting: Check = {
  name: 'waiting',
  run(subject) {
    for (const visited of subject.nodes) {
      const { node, ancestors } = visited;
      const around = ancestors.findLast((above) => refusesWaits(subject, above));
      const inside = node.role === 'call' ? [...calledBy(node, subject.catalogue)] : [node];
      const waits = around && inside.find(({ role }) => WAITS.includes(role));
      if (waits) {
        const where = waits === node ? '' : `, as in “${String(node.settings.page)}”,`;
        const message = `${oneOfAtHead(waits.role)}${where} cannot stand inside ${oneOf(around.role)}: how long people take says nothing about a counterpart. Move it out.`;
        subject.report(visited, 'node.waits_inside', message);
      }
      if (ancestors.some(({ role }) => role === 'cache')) checkReads(subject, visited, inside);
    }
  },
};

/** Containers say whether they can be waited in; a step's undo stands by itself. */
function refusesWaits({ catalogue }: Subject, { role }: Node): boolean {
  const shape = catalogue.roles.get(role);
  return shape?.work === true && shape.body.kind === 'work' && shape.mayWaitInside !== true;
}

function checkReads(subject: Subject, visited: Visited, inside: readonly Node[]): void {
  const changing = inside
    .filter(({ role }) => role === 'step')
    .map((step) => actionOf(step, subject.catalogue))
    .find((known) => known && known.effect !== 'read');
  if (!changing) return;
  const message = `A cache holds only what reads; ${changing.action.name} changes something or runs code.`;
  subject.report(visited, 'cache.effect', message, { setting: visited.node.role === 'step' ? 'uses' : 'page' });
}
