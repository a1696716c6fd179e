import type { Check } from './check.ts';

/** Something irreversible is repeated only where the counterpart can be asked whether it happened. */
export const retries: Check = {
  name: 'retries',
  run(subject) {
    for (const visited of subject.nodes) {
      const { node, ancestors } = visited;
      if (node.role !== 'step' || !ancestors.some(({ role }) => role === 'retry')) continue;
      const action = subject.catalogue.actions.get(String(node.settings.uses));
      if (!action || action.verifiable || effectOf(action, node.settings.with) !== 'irreversible') continue;
      const message = `${action.name} cannot be undone and nobody can be asked whether it happened, so it must not be retried. Take it out of the retry.`;
      subject.report(visited, 'retry.irreversible', message, { setting: 'uses' });
    }
  },
};

function effectOf(action: { effect(settings: never): string }, settings: unknown): string {
  try {
    return action.effect((settings ?? {}) as never);
  } catch {
    return 'irreversible';
  }
}
