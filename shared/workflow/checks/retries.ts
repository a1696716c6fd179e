import { calledBy, actionOf } from './reach.ts';
import type { Check } from './check.ts';

/** Something irreversible is repeated only where the counterpart can be asked whether it happened. */
export const retries: Check = {
  name: 'retries',
  run({ nodes, catalogue, report }) {
    for (const visited of nodes) {
      const { node, ancestors } = visited;
      if (!['step', 'call'].includes(node.role) || !ancestors.some(({ role }) => role === 'retry')) continue;
      const steps =
        node.role === 'step' ? [node] : [...calledBy(node, catalogue)].filter(({ role }) => role === 'step');
      const known = steps.map((step) => actionOf(step, catalogue));
      const found = known.find((each) => each?.effect === 'irreversible' && !each.action.verifiable);
      if (!found) continue;
      const where = node.role === 'call' ? `, which “${String(node.settings.page)}” uses,` : '';
      const message = `${found.action.name}${where} cannot be undone, and nobody can be asked whether it happened, so it must not be retried. Take it out of the retry.`;
      report(visited, 'retry.irreversible', message, { setting: node.role === 'step' ? 'uses' : 'page' });
    }
  },
};
