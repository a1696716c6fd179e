import { describe, expect, it } from 'vitest';
import { markup } from '../../../plugin/blocks/html.ts';
import { filling, FRESH_STYLE, isFresh, ticking, ticksIn, tickStyle } from '../../../plugin/blocks/ticking.ts';

describe('a time that goes on', () => {
  it('is a style of its own, that says it as it is now [ui.blocks.ticks]', () => {
    const block = markup`${ticking('clock', 1_000)}${ticking('left', 90_000)}<i${filling(1_000, 80_000)}></i>`.html;
    const ids = ticksIn(block);
    expect(ids).toEqual(['clock-1000', 'left-90000', 'part-1000-80000']);
    expect(tickStyle(ids, 43_000)).toBe(
      '.sb-t[data-t="clock-1000"]::before{content:"0:42"}\n' +
        '.sb-t[data-t="left-90000"]::before{content:"47s left"}\n' +
        '.sb-lanes > i[data-t="part-1000-80000"]{--p:53%}\n',
    );
    expect(tickStyle(ids, 100_000)).toContain('"time is up"');
    // What goes on for days counts no seconds.
    expect(tickStyle(['clock-0', 'left-999999999'], 187_200_000)).toContain('"2d 4h"');
    expect(tickStyle(['left-999999999'], 0)).toContain('"11d 13h left"');
    // A full bar would say that it is done.
    expect(tickStyle(ids, 1_000_000)).toContain('--p:95%');
  });

  it('cannot be brought in by a text [ui.blocks.ticks] [ui.blocks.escape]', () => {
    const text = ' data-t="clock-1" ';
    expect(ticksIn(markup`<b title="${text}">${text}</b>`.html)).toEqual([]);
  });

  it('is right in its first second without a rule of its own [ui.blocks.ticks]', () => {
    expect(isFresh('clock-1000', 1_999)).toBe(true);
    expect(isFresh('clock-1000', 2_000)).toBe(false);
    expect(isFresh('left-1000', 1_000)).toBe(false);
    expect(FRESH_STYLE).toContain('[data-t^="clock-"]::before{content:"0:00"}');
  });
});
