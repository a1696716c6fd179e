import type { Check } from './check.ts';

/** Ids are unique on the page; those of `undo` and `otherwise` only within their parent. */
export const ids: Check = {
  name: 'ids',
  run(subject) {
    const seen = new Set<string>();
    for (const visited of subject.nodes) {
      const { node, path } = visited;
      const own = (node.role === 'otherwise' || node.role === 'undo') && node.id === node.role ? path : node.id;
      if (seen.has(own)) {
        const message = `Two nodes have the id “${node.id}”. Give one of them another title, or an id of its own in its settings.`;
        subject.report(visited, 'id.duplicate', message, { setting: 'id' });
      }
      seen.add(own);
    }
  },
};
