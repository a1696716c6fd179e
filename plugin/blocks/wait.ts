import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { fact, left, plain } from './parts.ts';
import { moment } from './time.ts';

/** A durable timer: until when, and how long that is. */
export const wait = defineBlock({
  role: 'wait',
  look(spot) {
    const { scene, state, settings, tone } = spot;
    const timer = state?.timers.wait;
    if (timer && (tone === 'run' || tone === 'wait')) {
      return {
        ...plain({ ...spot, tone: 'wait' }),
        word: 'waiting for a time',
        facts: [fact(markup`until ${moment(timer.at, scene.now)}`), left(timer.at)],
      };
    }
    const length = typeof settings.for === 'string' && tone === 'idle' ? fact(settings.for) : undefined;
    return plain(spot, [length]);
  },
});
