import { defineBlock } from './block.ts';
import { fact } from './parts.ts';

/** A statement that the review checks again; never part of a run. */
export const claim = defineBlock({
  role: 'claim',
  look: () => ({ tone: 'idle', shape: 'square', word: 'a claim, checked by the review', facts: [fact('claim')] }),
});
