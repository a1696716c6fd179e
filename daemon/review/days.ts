import { dayNamed } from '../graph-index/facts-of.ts';
import { dayIn } from '../graph-index/task-in.ts';
import type { GraphSettings } from '../graph-index/settings.ts';

export const DAY_MS = 86_400_000;

/** The first of some properties that names a day, as `YYYY-MM-DD`. */
export function firstDay(values: readonly (string | undefined)[], { journalTitle }: GraphSettings): string | undefined {
  for (const value of values) {
    if (value === undefined || value.trim() === '') continue;
    const day = dayIn(value, (text) => dayNamed(text, journalTitle));
    if (day !== undefined && !Number.isNaN(Date.parse(day))) return day;
  }
  return undefined;
}

/** How many days lie between two days. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

export const days = (count: number): string => (count === 1 ? 'a day' : `${count} days`);
