import { walk, type Node } from '../definition.ts';
import { calledBy, actionOf } from './reach.ts';
import type { Check } from './check.ts';

/**
 * Something irreversible is repeated only where the counterpart can be asked whether it happened; and a retry that a script's own
 * failure does not begin again says so, as it looks as if it did.
 */
export const retries: Check = {
  name: 'retries',
  run({ nodes, catalogue, report }) {
    for (const visited of nodes) {
      const { node, ancestors } = visited;
      if (node.role === 'retry' && node.settings.on === undefined && onlyScripts(node)) {
        const message =
          'A script that ends with another exit code is not tried again, as that does not pass by itself. Where it may, name it: on: [shell.failed].';
        report(visited, 'retry.script', message, { setting: 'attempts', warning: true });
      }
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

function onlyScripts(retry: Node): boolean {
  const steps = walk(retry.children).filter(({ node }) => node.role === 'step');
  return steps.length > 0 && steps.every(({ node }) => node.settings.uses === 'shell.run');
}
