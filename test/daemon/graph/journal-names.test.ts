import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../../daemon/graph/journal-names.ts';

const PATTERNS = [
  'MMM do, yyyy',
  'yyyy_MM_dd',
  'yyyy-MM-dd',
  'dd.MM.yyyy',
  'EEEE, MMMM do, yyyy',
  'E, MM/dd/yyyy',
  "d 'of' MMMM yyyy",
  'do MMM yy',
];

describe('names of days', () => {
  it('are those that Logseq gives', () => {
    const day = { year: 2026, month: 11, day: 21 };
    expect(PATTERNS.map((pattern) => formatDay(day, pattern))).toEqual([
      'Nov 21st, 2026',
      '2026_11_21',
      '2026-11-21',
      '21.11.2026',
      'Saturday, November 21st, 2026',
      'Sat, 11/21/2026',
      '21 of November 2026',
      '21st Nov 26',
    ]);
    expect([1, 2, 3, 4, 11, 12, 13, 22].map((d) => formatDay({ ...day, day: d }, 'do'))).toEqual(
      '1st 2nd 3rd 4th 11th 12th 13th 22nd'.split(' '),
    );
  });

  it('name the day they came from, in every pattern and any capitals', () => {
    const days = fc.date({ min: new Date('2001-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(...PATTERNS), fc.boolean(), (date, pattern, upper) => {
        const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        const text = formatDay(day, pattern);
        expect(parseDay(upper ? text.toUpperCase() : text, pattern)).toEqual(day);
      }),
    );
  });

  it('are no others: no 31st of June, no wrong weekday, no page that only looks like one', () => {
    for (const text of [
      'Jun 31st, 2026',
      'Nov 21th, 2026',
      'Nov 21st 2026',
      'Meeting Nov 21st, 2026',
      'Foo 1st, 2026',
    ]) {
      expect(parseDay(text, 'MMM do, yyyy')).toBeUndefined();
    }
    expect(parseDay('Sunday, November 21st, 2026', 'EEEE, MMMM do, yyyy')).toBeUndefined();
    expect(parseDay('x', 'no date at all')).toBeUndefined();
  });
});
