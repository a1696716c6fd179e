import type { Json } from '../../json.ts';
import { DURATION, parseDuration } from '../duration.ts';
import type { Check } from './check.ts';

/** Breakers of one name share their state, so they share their settings. */
export const breakers: Check = {
  name: 'breakers',
  run({ nodes, report }) {
    const known = new Map<string, string>();
    for (const visited of nodes) {
      const { role, settings } = visited.node;
      if (role !== 'breaker') continue;
      const { name, failures, recovery, successes } = settings;
      const own = JSON.stringify([failures, spanOf(recovery), successes ?? null]);
      const before = known.get(String(name)) ?? own;
      known.set(String(name), before);
      if (before === own) continue;
      const message = `Another breaker named “${String(name)}” has other settings. Use the same, or another name.`;
      report(visited, 'breaker.conflict', message, { setting: 'name' });
    }
  },
};

/** However it is written: `60s` is `1m`. */
function spanOf(written: Json | undefined): Json {
  return typeof written === 'string' && DURATION.test(written) ? parseDuration(written) : (written ?? null);
}
