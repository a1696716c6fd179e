import { defineBlock } from './block.ts';
import { fact, plain } from './parts.ts';

/** A condition: whether it held. */
export const when = defineBlock({
  role: 'when',
  look(spot) {
    const held = spot.state?.decisions.if;
    const isAssumed = spot.state?.decisions.assumed !== undefined;
    return plain(spot, [typeof held === 'boolean' && !isAssumed ? fact(held ? 'holds' : 'does not hold') : undefined]);
  },
});
