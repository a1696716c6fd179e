const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment as pages write it: `2026-11-21 06:05:07 +01:00`, in an IANA zone with its offset at that moment. */
export function zoned(at: number, zone: string): string {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const offset = parts.timeZoneName!.replace('GMT', '').slice(0, 6) || '+00:00';
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${offset}`;
}

/** A text in which moments stand as UTC (`2026-01-05T10:00:00Z`), with them as people read them. */
export function timesIn(text: string, zone: string): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g, (moment) => {
    const at = Date.parse(moment);
    return Number.isNaN(at) ? moment : zoned(at, zone);
  });
}

/** The UTC date, as names have it. */
export function utcDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** How long something took, in its two largest units: `350 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function elapsed(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const units: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ];
  const first = units.findIndex(([size]) => ms >= size);
  const [large, small] = [units[first]!, units[first + 1]!];
  const rest = Math.floor((ms % large[0]) / small[0]);
  return `${Math.floor(ms / large[0])} ${large[1]}${rest === 0 ? '' : ` ${rest} ${small[1]}`}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  formats.set(zone, format);
  return format;
}
