import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../shared/workflow/duration.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['4h', 14_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('%s is %d ms [core.language.durations]', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', '5 m', '-5m', '1.5h', '1h30m', '5M', '5w', ' 5m', '9999999999s', '999999d', 'm'])(
    'refuses %j and says how one is written [core.language.durations]',
    (text) => {
      expect(() => parseDuration(text)).toThrow(/no duration\. Write one such as 500ms, 30s, 5m, 4h or 7d/);
    },
  );

  it('are written in the largest unit that leaves no rest, and read back the same', () => {
    expect([0, 90_000, 3_600_000, 172_800_000, 1_500].map(formatDuration)).toEqual([
      '0ms',
      '90s',
      '1h',
      '2d',
      '1500ms',
    ]);
    fc.assert(
      fc.property(fc.nat(999_999_999), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
