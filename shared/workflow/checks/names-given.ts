import { isObject } from '../../json.ts';
import { environment } from '../cel/environment.ts';
import { tryCompile } from '../cel/program.ts';
import { isId } from '../identifier.ts';
import type { Check } from './check.ts';

/** Names that a page gives (keys of memory, a foreach's item) can be used in expressions and hide nothing. */
export const namesGiven: Check = {
  name: 'names-given',
  run({ nodes, report }) {
    for (const visited of nodes) {
      const { node, ancestors } = visited;
      if (isObject(node.settings.remember)) {
        for (const key of Object.keys(node.settings.remember)) {
          if (isId(key)) continue;
          const message = `“${key}” cannot be a key of memory: write it in snake_case, beginning with a letter.`;
          report(visited, 'memory.key', message, { setting: `remember.${key}` });
        }
      }
      const { as: name } = node.settings;
      if (node.role !== 'foreach' || typeof name !== 'string') continue;
      const outer = ancestors.some((above) => above.role === 'foreach' && above.settings.as === name);
      // What the language of expressions keeps for itself is a type there, or no name at all.
      const free = isId(name) && tryCompile(name)?.paths[0]?.names[0] === name && !environment.hasVariable(name);
      if (free && !outer) continue;
      const why = outer
        ? 'is the item of the foreach around this one already'
        : 'stands for something else in expressions';
      report(visited, 'name.taken', `“${name}” ${why}. Take another name.`, { setting: 'as' });
    }
  },
};
