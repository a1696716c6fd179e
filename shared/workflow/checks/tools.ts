import { isObject } from '../../json.ts';
import { holdsTemplate } from '../template.ts';
import type { Check } from './check.ts';

/** The arguments of a tool fit its schema, where a person has trusted the server that lists it; else they are said to be unchecked. */
export const tools: Check = {
  name: 'tools',
  run(subject) {
    const { toolTrouble } = subject.catalogue;
    if (!toolTrouble) return;
    for (const visited of subject.nodes) {
      const { uses, with: given } = visited.node.settings;
      if (visited.node.role !== 'step' || uses !== 'mcp.call' || !isObject(given)) continue;
      const { server, tool, arguments: args = {} } = given;
      if (typeof server !== 'string' || typeof tool !== 'string' || holdsTemplate([server, tool]) || !isObject(args))
        continue;
      const found = toolTrouble(server, tool, args);
      if (!found) continue;
      const { is, why } = found;
      const setting = is === 'arguments' ? 'with.arguments' : `with.${is === 'tool' ? 'tool' : 'server'}`;
      if (is === 'unchecked') subject.report(visited, 'mcp.unchecked', why, { setting, warning: true });
      else subject.report(visited, is === 'tool' ? 'mcp.unknown_tool' : 'mcp.arguments', why, { setting });
    }
  },
};
