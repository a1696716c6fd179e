import { defineBlock } from './block.ts';
import { fact, plain } from './parts.ts';
import { markup } from './html.ts';
import { count, marked } from './marks.ts';
import { ticking } from './ticking.ts';

/** Again and again: how often so far, how often in a row it held, and when it is next. */
export const repeat = defineBlock({
  role: 'repeat',
  look(spot) {
    const { scene, node, state, settings } = spot;
    const times = state ? marked(scene, node.path, state.key, '[').size : 0;
    const most = count(settings.times);
    const every = typeof settings.every === 'string' ? settings.every : undefined;
    if (!state || times === 0) return plain(spot, [every ? fact(`every ${every}`) : undefined]);
    const wanted = count(settings['in-a-row']) ?? 1;
    let held = 0;
    for (let n = 0; n < times; n += 1) held = state.decisions[`until-${n}`] === true ? held + 1 : 0;
    const next = state.timers[`next-${times}`];
    const waits = spot.tone === 'run' && next && !next.fired && next.at > scene.now;
    return plain(spot, [
      wanted > 1 ? fact(`held ${held} of ${wanted} in a row`) : undefined,
      fact(most === undefined ? `${times}×` : `${times} of ${most}`),
      waits ? fact(markup`next in ${ticking('next', next.at)}`) : undefined,
    ]);
  },
});
