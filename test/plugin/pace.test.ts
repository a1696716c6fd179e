import { expect, it } from 'vitest';
import { pace } from '../../plugin/pace.ts';
import { Timers } from './timers.ts';

it('draws each block at most once a frame however often it is asked, and the first time at once [ui.blocks.pace]', () => {
  const timers = new Timers();
  const drawn: number[] = [];
  const { ask } = pace(() => drawn.push(timers.now()), timers);
  // 300 changes a second for a second.
  for (let n = 0; n < 300; n += 1) {
    ask(['block']);
    timers.advance(1_000 / 300);
  }
  timers.advance(100);
  expect(drawn[0]).toBe(0);
  expect(drawn.length).toBeLessThanOrEqual(Math.ceil(1_000 / 16) + 1);
  expect(drawn.length).toBeGreaterThan(50);
  for (const [index, at] of drawn.entries()) if (index > 0) expect(at - drawn[index - 1]!).toBeGreaterThanOrEqual(16);
});

it('lets no block wait for another, and draws the last state of each [ui.blocks.pace]', () => {
  const timers = new Timers();
  const drawn: { keys: string[]; at: number }[] = [];
  const { ask, forget } = pace((keys) => drawn.push({ keys, at: timers.now() }), timers);
  ask(['a', 'b']);
  ask(['a']);
  timers.advance(5);
  ask(['a', 'c']);
  timers.advance(5);
  ask(['b']);
  forget('b');
  timers.advance(100);
  expect(drawn).toEqual([
    { keys: ['a', 'b'], at: 0 },
    { keys: ['c'], at: 5 },
    { keys: ['a'], at: 16 },
  ]);
  expect(timers.open).toBe(0);
});
