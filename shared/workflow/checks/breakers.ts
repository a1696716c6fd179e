import type { Check } from './check.ts';

/** Breakers of one name share their state, so they share their settings. */
export const breakers: Check = {
  name: 'breakers',
  run(subject) {
    const known = new Map<string, string>();
    for (const visited of subject.nodes) {
      const { node } = visited;
      if (node.role !== 'breaker') continue;
      const { name, failures, recovery, successes } = node.settings;
      const settings = JSON.stringify({ failures, recovery, successes });
      const before = known.get(String(name));
      if (before !== undefined && before !== settings) {
        const message = `Another breaker named “${String(name)}” has other settings. Use the same, or another name.`;
        subject.report(visited, 'breaker.conflict', message, { setting: 'name' });
      }
      known.set(String(name), before ?? settings);
    }
  },
};
