import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { pill, plain, word } from './parts.ts';

/** A breaker: its shared name, and how this run found and left it. */
export const breaker = defineBlock({
  role: 'breaker',
  look(spot) {
    const { state, settings } = spot;
    const { admitted, succeeded, failed } = state?.decisions ?? {};
    const found =
      admitted === false
        ? 'open, not called'
        : succeeded === true
          ? 'closed'
          : failed === true
            ? 'counted a failure'
            : undefined;
    const called = found ?? (admitted === true && spot.tone === 'run' ? 'calling' : undefined);
    const name = typeof settings.name === 'string' ? settings.name : undefined;
    const text = markup`${name === undefined ? undefined : word(name, 24)}${name && called ? ' · ' : ''}${called}`;
    return plain(spot, [(name ?? called) ? pill(text) : undefined]);
  },
});
