import { defineBlock } from './block.ts';
import { plain } from './parts.ts';

/** The other way of a gate, a condition or a route: gone when the first was not. */
export const otherwise = defineBlock({
  role: 'otherwise',
  look: (spot) => plain(spot, [], spot.tone === 'skip' && !spot.state ? { word: 'not needed' } : {}),
});
