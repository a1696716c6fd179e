import { fail } from '../failure.ts';

/** How a duration is written: a whole number and one unit (language.md). */
export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A written duration in milliseconds. Throws `duration.invalid`. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (!match) {
    throw fail('invalid', 'duration.invalid', `“${text}” is no duration. Write one such as 500ms, 30s, 5m, 4h or 7d.`);
  }
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
