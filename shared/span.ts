const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took, to be glanced at: `40ms`, `4.2s`, `42s`, `3m 12s`, `2h 5m`, `3d 4h`. Milliseconds in. */
export function took(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 100) return `${Math.round(ms)}ms`;
  if (ms < 9_950) return `${(ms / SECOND).toFixed(1)}s`;
  return rough(ms);
}

/** The same in whole seconds, for what counts up or down: it never shows more than the second that ticked. */
export function rough(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'm', SECOND, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'm');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${largeUnit}${rest === 0 ? '' : ` ${rest}${smallUnit}`}`;
}

/** A running clock: `0:42`, `12:05`, `1:02:03`; from a day on no seconds are counted: `2d 4h`. */
export function clock(milliseconds: number): string {
  if (milliseconds >= DAY) return rough(milliseconds);
  const seconds = Math.max(0, Math.floor(milliseconds / SECOND));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
