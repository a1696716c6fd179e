import { fail } from '../failure.ts';

/** How a duration is written: a whole number and one unit (language.md). None is longer than three hundred years. */
export const DURATION = /^(?:\d{1,9}(?:ms|s)|\d{1,7}[mh]|\d{1,5}d)$/;

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS;

/** A written duration in milliseconds. Throws `duration.invalid`. */
export function parseDuration(text: string): number {
  if (!DURATION.test(text)) {
    throw fail('invalid', 'duration.invalid', `“${text}” is no duration. Write one such as 500ms, 30s, 5m, 4h or 7d.`);
  }
  const unit = text.replace(/\d+/, '') as Unit;
  return Number.parseInt(text, 10) * UNITS[unit];
}

/** Milliseconds as a duration is written, in the largest unit that leaves no rest. */
export function formatDuration(milliseconds: number): string {
  const units = Object.entries(UNITS).toReversed();
  const [unit, size] = units.find(([, each]) => milliseconds >= each && milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}
