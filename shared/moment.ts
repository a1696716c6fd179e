const two = (value: number) => String(value).padStart(2, '0');

/** The time of day where the reader is, with the date when it is another day than `now`. Milliseconds since the epoch in. */
export function moment(at: number, now: number): string {
  const time = secondOfDay(at).slice(0, 5);
  return dayOf(at) === dayOf(now) ? time : `${dayOf(at)} ${time}`;
}

/** To the second, with date and offset, as pages write it: `2026-11-21 06:05:07 +01:00`. What is signed or recorded. */
export function exactly(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${dayOf(at)} ${secondOfDay(at)} ${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}

/** The date where the reader is, `2026-11-21`. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The time of day there, with seconds: `06:05:07`. */
export function secondOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}
