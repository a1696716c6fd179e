import { defineBlock } from './block.ts';
import { fact, plain } from './parts.ts';

/** A branch of a route: taken, or passed by. */
export const caseBlock = defineBlock({
  role: 'case',
  look(spot) {
    if (spot.tone === 'skip' && !spot.state) return plain(spot, [], { word: 'not taken' });
    return plain(spot, spot.tone === 'idle' ? [] : [fact('taken')]);
  },
});
