import { moment } from '../../../shared/moment.ts';

export { dayOf, exactly, moment, secondOfDay } from '../../../shared/moment.ts';
export { clock, took } from '../../../shared/span.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, roughly: `just now`, `5m ago`, `3h ago`; the day from then on. */
export function ago(at: number, now: number): string {
  const past = now - at;
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return `${Math.floor(past / MINUTE)}m ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)}h ago`;
  return moment(at, now);
}
