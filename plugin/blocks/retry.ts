import { defineBlock } from './block.ts';
import { lanes, fact, plain } from './parts.ts';
import { markup } from './html.ts';
import { count, marked } from './marks.ts';
import { toneOfNode } from '../../shared/run/tone.ts';
import { ticking } from './ticking.ts';

/** Attempts: which one this is, of how many, and when the next begins. */
export const retry = defineBlock({
  role: 'retry',
  look(spot) {
    const { scene, node, state, settings } = spot;
    const attempts = state ? marked(scene, node.path, state.key, '#') : new Map<number, never>();
    const last = Math.max(0, ...attempts.keys());
    const most = count(settings.attempts);
    if (last === 0) return plain(spot, [most === undefined ? undefined : fact(`up to ${most} attempts`)]);
    const next = state?.timers[`attempt-${last + 1}`];
    const waits = spot.tone === 'run' && next && !next.fired && next.at > scene.now;
    const which = `attempt ${last}${most === undefined ? '' : ` of ${most}`}`;
    const drawn = [...attempts].map(([n, one]) => ({ title: `attempt ${n}`, tone: toneOfNode(one) }));
    return plain(spot, [
      drawn.length > 1 && drawn.length <= 12 ? lanes(drawn, which) : undefined,
      last > 1 || spot.tone === 'run' ? fact(which) : undefined,
      waits ? fact(markup`next in ${ticking('next', next.at)}`) : undefined,
    ]);
  },
});
