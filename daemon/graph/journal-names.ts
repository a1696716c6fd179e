const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A calendar day without a time zone. `month` counts from 1. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** The parts of a date pattern as Logseq's configuration writes it; anything else stands for itself. */
const TOKENS = /yyyy|yy|MMMM|MMM|MM|M|do|dd|d|EEEE|EEE|EE|E|'([^']*)'/g;

/** A day in a pattern like `yyyy_MM_dd` or `MMM do, yyyy`. */
export function formatDay(day: Day, pattern: string): string {
  return pattern.replace(TOKENS, (token, literal: string | undefined) => literal ?? part(day, token));
}

function part({ year, month, day }: Day, token: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  switch (token) {
    case 'yyyy':
      return String(year).padStart(4, '0');
    case 'yy':
      return two(year % 100);
    case 'MMMM':
      return MONTHS[month - 1]!;
    case 'MMM':
      return MONTHS[month - 1]!.slice(0, 3);
    case 'MM':
      return two(month);
    case 'M':
      return String(month);
    case 'do':
      return `${day}${ordinal(day)}`;
    case 'dd':
      return two(day);
    case 'd':
      return String(day);
    case 'EEEE':
      return weekday({ year, month, day });
    default:
      return weekday({ year, month, day }).slice(0, 3);
  }
}

/** The day that a text in this pattern names, or undefined when it names none. */
export function parseDay(text: string, pattern: string): Day | undefined {
  const names: string[] = [];
  let source = '';
  let last = 0;
  for (const match of pattern.matchAll(TOKENS)) {
    source += literally(pattern.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[1] !== undefined) source += literally(match[1]);
    else {
      names.push(match[0]);
      source += PATTERNS[match[0] as keyof typeof PATTERNS];
    }
  }
  const found = new RegExp(`^${source}${literally(pattern.slice(last))}$`, 'i').exec(text);
  if (!found) return undefined;
  const day: Partial<Day> = {};
  for (const [index, token] of names.entries()) read(day, token, found[index + 1]!);
  if (day.year === undefined || day.month === undefined || day.day === undefined) return undefined;
  // The pattern must give the same text back: so no 31st of June, and no wrong weekday or ordinal.
  const whole = day as Day;
  return isDay(whole) && formatDay(whole, pattern).toLowerCase() === text.toLowerCase() ? whole : undefined;
}

/** How Logseq takes a journal's file by its name, besides the graph's own pattern. */
const USUAL_FILES = ['yyyy_MM_dd', 'yyyy-MM-dd'];

/** The day of a journal's file. One of an older pattern is still that day's journal. */
export function dayOfFile(body: string, journalFile: string): Day | undefined {
  for (const pattern of [journalFile, ...USUAL_FILES]) {
    const day = parseDay(body, pattern);
    if (day) return day;
  }
  return undefined;
}

const PATTERNS = {
  yyyy: '(\\d{4})',
  yy: '(\\d{2})',
  MMMM: `(${MONTHS.join('|')})`,
  MMM: '([a-z]{3})',
  MM: '(\\d{2})',
  M: '(\\d{1,2})',
  do: '(\\d{1,2}(?:st|nd|rd|th))',
  dd: '(\\d{2})',
  d: '(\\d{1,2})',
  EEEE: '([a-z]+)',
  EEE: '([a-z]{3})',
  EE: '([a-z]{3})',
  E: '([a-z]{3})',
} as const;

function read(day: Partial<Day>, token: string, text: string): void {
  if (token === 'yyyy') day.year = Number(text);
  else if (token === 'yy') day.year = 2000 + Number(text);
  else if (token === 'MM' || token === 'M') day.month = Number(text);
  else if (token.startsWith('M')) {
    const at = MONTHS.findIndex((month) => month.toLowerCase().startsWith(text.toLowerCase()));
    if (at >= 0) day.month = at + 1;
  } else if (token.startsWith('d')) day.day = Number.parseInt(text, 10);
}

function isDay({ year, month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function weekday({ year, month, day }: Day): string {
  return DAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
