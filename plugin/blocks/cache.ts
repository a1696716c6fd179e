import { isObject } from '../../shared/json.ts';
import { defineBlock } from './block.ts';
import { pill, plain } from './parts.ts';

/** A recorded output: used again, or made now and kept. */
export const cache = defineBlock({
  role: 'cache',
  look(spot) {
    const { looked, kept } = spot.state?.decisions ?? {};
    const hit = isObject(looked) && looked.hit === true;
    const ttl = typeof spot.settings.ttl === 'string' ? ` for ${spot.settings.ttl}` : '';
    const text = hit ? 'from cache' : kept === true ? `kept${ttl}` : looked === undefined ? undefined : 'not in cache';
    return plain(spot, [text === undefined ? undefined : pill(text)]);
  },
});
