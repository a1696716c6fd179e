import { defineBlock } from './block.ts';
import { plain } from './parts.ts';

/** How to take a step back: done only when it had to be. */
export const undo = defineBlock({
  role: 'undo',
  look(spot) {
    const words = { idle: 'not needed so far', skip: 'not needed', ok: 'taken back', run: 'taking back' };
    return plain(spot, [], { word: words[spot.tone as keyof typeof words] });
  },
});
