import { DURATION, parseDuration } from '../../shared/workflow/duration.ts';
import { defineBlock } from './block.ts';
import { fact, left, plain } from './parts.ts';
import { rough } from './time.ts';

/** A deadline: how much is left of it. */
export const timeout = defineBlock({
  role: 'timeout',
  look(spot) {
    const { state, settings, tone } = spot;
    const after = typeof settings.after === 'string' ? spoken(settings.after) : undefined;
    const timer = state?.timers.timeout;
    if (timer && (tone === 'run' || tone === 'wait')) {
      return plain(spot, [left(timer.at), after ? fact(`of ${after}`) : undefined]);
    }
    if (timer?.fired && tone === 'bad') return plain(spot, [fact('time is up')]);
    return plain(spot, [after && tone === 'idle' ? fact(`within ${after}`) : undefined]);
  },
});

/** As the time that is left is said: `5m` for a page's `300s`. What is no duration stays as it was written. */
function spoken(written: string): string {
  const milliseconds = DURATION.test(written) ? parseDuration(written) : 0;
  return milliseconds >= 1_000 ? rough(milliseconds) : written;
}
