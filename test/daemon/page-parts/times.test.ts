import { describe, expect, it } from 'vitest';
import { elapsed, utcDate, zoned } from '../../../daemon/page-parts/times.ts';

describe('times on pages', () => {
  it('are written in the zone with the offset that holds at that moment', () => {
    expect(zoned(Date.UTC(2026, 10, 21, 5, 5, 7), 'UTC')).toBe('2026-11-21 05:05:07 +00:00');
    expect(zoned(Date.UTC(2026, 10, 21, 23, 5, 7), 'Europe/Berlin')).toBe('2026-11-22 00:05:07 +01:00');
    expect(zoned(Date.UTC(2026, 6, 1, 12, 0, 0), 'Europe/Berlin')).toBe('2026-07-01 14:00:00 +02:00');
    expect(zoned(Date.UTC(2026, 6, 1, 0, 0, 0), 'Asia/Kolkata')).toBe('2026-07-01 05:30:00 +05:30');
    expect(zoned(Date.UTC(2026, 6, 1, 0, 0, 0), 'America/St_Johns')).toBe('2026-06-30 21:30:00 -02:30');
  });

  it('have UTC dates in names', () => {
    expect(utcDate(Date.UTC(2026, 10, 21, 23, 59, 59))).toBe('2026-11-21');
  });

  it('tell how long something took in its two largest units', () => {
    expect([350, 4_250, 59_999, 192_000, 7_500_000, 273_600_000].map(elapsed)).toEqual([
      '350 ms',
      '4.2 s',
      '59.9 s',
      '3 min 12 s',
      '2 h 5 min',
      '3 d 4 h',
    ]);
  });
});
