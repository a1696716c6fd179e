import { defineBlock } from './block.ts';
import { fact, left, plain } from './parts.ts';

/** A deadline: how much is left of it. */
export const timeout = defineBlock({
  role: 'timeout',
  look(spot) {
    const { state, settings, tone } = spot;
    const after = typeof settings.after === 'string' ? settings.after : undefined;
    const timer = state?.timers.timeout;
    if (timer && (tone === 'run' || tone === 'wait')) {
      return plain(spot, [left(timer.at), after ? fact(`of ${after}`) : undefined]);
    }
    if (timer?.fired && tone === 'bad') return plain(spot, [fact('time is up')]);
    return plain(spot, [after && tone === 'idle' ? fact(`within ${after}`) : undefined]);
  },
});
