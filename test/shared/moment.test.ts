import { expect, it } from 'vitest';
import { dayOf, exactly, moment, secondOfDay } from '../../shared/moment.ts';

const HOUR = 3_600_000;

it('writes a time so that it is the same for every reader, to the second [ui.panel.times]', () => {
  // Summer and winter, and years in which zones had other offsets.
  for (const at of [Date.UTC(2026, 0, 5, 9, 0, 1), Date.UTC(2026, 6, 31, 23, 59, 59), Date.UTC(1975, 2, 1)]) {
    const text = exactly(at);
    expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/);
    expect(Date.parse(text.replace(' ', 'T').replace(' ', ''))).toBe(at);
    expect(text).toContain(`${dayOf(at)} ${secondOfDay(at)}`);
  }
});

it('says the date of another day only [ui.panel.times]', () => {
  const noon = new Date(2026, 0, 5, 12, 30, 7).getTime();
  expect(moment(noon, noon + HOUR)).toBe('12:30');
  expect(moment(noon, noon + 24 * HOUR)).toBe('2026-01-05 12:30');
});
