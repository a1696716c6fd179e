import type { Check, Visited } from './check.ts';

const WAITS: readonly string[] = ['gate', 'ask', 'wait'];

/** Nobody is waited for inside a breaker or a cache, and a cache only holds what reads. */
export const waiting: Check = {
  name: 'waiting',
  run(subject) {
    for (const visited of subject.nodes) {
      const { node, ancestors } = visited;
      const around = ancestors.findLast(({ role }) => role === 'breaker' || role === 'cache');
      if (!around) continue;
      if (WAITS.includes(node.role)) {
        const message = `A ${node.role} cannot stand inside a ${around.role}: how long people take says nothing about a counterpart. Move it out.`;
        subject.report(visited, 'node.waits_inside', message);
      }
      if (
        node.role === 'step' &&
        ancestors.some(({ role }) => role === 'cache') &&
        !reads(visited, subject.catalogue)
      ) {
        const message = `A cache holds only what reads; ${String(node.settings.uses)} changes something or runs code.`;
        subject.report(visited, 'cache.effect', message, { setting: 'uses' });
      }
    }
  },
};

function reads({ node }: Visited, catalogue: Parameters<Check['run']>[0]['catalogue']): boolean {
  const action = catalogue.actions.get(String(node.settings.uses));
  if (!action) return true;
  try {
    return action.effect((node.settings.with ?? {}) as never) === 'read';
  } catch {
    return false;
  }
}
