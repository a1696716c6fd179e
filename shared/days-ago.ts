const DAY_MS = 86_400_000;

/** A time that lies back, in days, as people say it: `today`, `yesterday`, `12 days ago`. */
export function daysAgo(milliseconds: number): string {
  const days = Math.floor(Math.max(0, milliseconds) / DAY_MS);
  if (days === 0) return 'today';
  return days === 1 ? 'yesterday' : `${days} days ago`;
}
