import type { Json } from '../../json.ts';
import type { Check } from './check.ts';

/** Every case of a route can be reached, and its default is one of them. What `by` can give is looked at with its type. */
export const routes: Check = {
  name: 'routes',
  run(subject) {
    const taken = new Map<object, Set<Json>>();
    for (const visited of subject.nodes) {
      const { node, ancestors } = visited;
      if (node.role === 'route' && node.settings.default !== undefined) {
        const values = node.children.flatMap((child) => (child.settings.is ?? []) as Json[]);
        if (!values.includes(node.settings.default)) {
          const message = `No case is for the default ${JSON.stringify(node.settings.default)}.`;
          subject.report(visited, 'route.default', message, { setting: 'default' });
        }
      }
      const route = ancestors.at(-1);
      if (node.role !== 'case' || route?.role !== 'route') continue;
      const seen = taken.get(route) ?? new Set<Json>();
      taken.set(route, seen);
      const values = [node.settings.is ?? []].flat();
      const before = values.filter((value) => seen.has(value));
      const setting = { setting: 'is' };
      if (values.length > 0 && before.length === values.length) {
        subject.report(visited, 'case.unreachable', 'An earlier case takes everything this one is for.', setting);
      } else if (before.length > 0) {
        const message = `An earlier case already takes ${before.map((value) => JSON.stringify(value)).join(', ')}.`;
        subject.report(visited, 'case.shadowed', message, { ...setting, warning: true });
      }
      for (const value of values) seen.add(value);
    }
  },
};
