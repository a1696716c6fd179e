import type { Series } from './incident/evidence.ts';

export interface ChartOptions {
  /** What the chart shows, in words; also what a screen reader says. */
  title: string;
  /** In pixels; 480 × 160 by default. */
  width?: number;
  height?: number;
  /** A line across: a limit that must not be passed. */
  threshold?: number;
  /** A moment worth a line down, in milliseconds since the epoch: when the alert came, when something was deployed. */
  mark?: { at: number; label: string };
}

const LEFT = 52;
const RIGHT = 8;
const TOP = 22;
/** Of the names of several lines, between the title and the drawing. */
const LEGEND = 16;
const BOTTOM = 20;
const DAY_MS = 86_400_000;
/** About as wide as a letter is. */
const LETTER = 5.4;
/** Longer units do not fit beside the axis: they stand once, above it. */
const SHORT_UNIT = 2;
/**
 * A chart is an image, which does not know the page around it, and no grey is read on white and on every theme's dark alike:
 * it brings its own ground, light or dark as the reader's system is.
 */
const GROUND =
  '<style>svg{color:#4b5563}.ground{fill:#fff}@media (prefers-color-scheme:dark){svg{color:#b6c2cc}.ground{fill:#10181f}}</style>' +
  '<rect class="ground" width="100%" height="100%" rx="6"/>';
/** Told apart also without colours, by their dashes, and seen on both grounds. */
const LINES = [
  { colour: '#3b82f6', dash: '' },
  { colour: '#d97706', dash: '6 3' },
  { colour: '#059669', dash: '2 3' },
  { colour: '#c026d3', dash: '8 3 2 3' },
  { colour: '#6b7280', dash: '1 3' },
];

type Scale = (value: number) => number;

/**
 * A series as a small SVG image: labelled axes (UTC), one line a series with a gap where nothing was measured. It is read on
 * light and dark pages alike. All text from outside is escaped.
 */
export function chartSvg({ unit, lines }: Series, options: ChartOptions): string {
  const { title, width = 480, height = 160, threshold, mark } = options;
  const shown = lines.slice(0, LINES.length);
  const tall = shown.length > 1 ? LEGEND : 0;
  const floor = TOP + tall;
  const onAxis = unit === 'ratio' || unit === 'seconds' || unit.length <= SHORT_UNIT ? unit : '';
  const points = shown.flatMap((line) => line.points);
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" font-family="sans-serif" font-size="10" fill="currentColor"><title>${escape(title)}</title>${GROUND}` +
    text(LEFT, 12, fitting(title, width - LEFT - RIGHT), 'start');
  if (values.length === 0) return `${head}${text(width / 2, height / 2, 'nothing was measured', 'middle')}</svg>`;

  const times = points.map(([at]) => at);
  const [from, to] = [least(times), most(times)];
  const top = niceAbove(most([...values, threshold ?? 0]));
  const bottom = Math.min(0, least(values));
  // Over several days the time of day says nothing.
  const when = to - from >= DAY_MS ? day : clock;
  const x: Scale = (at) => LEFT + (to === from ? 0.5 : (at - from) / (to - from)) * (width - LEFT - RIGHT);
  const y: Scale = (value) => height - BOTTOM - ((value - bottom) / (top - bottom || 1)) * (height - floor - BOTTOM);

  const parts = [head];
  for (const value of [bottom, (bottom + top) / 2, top]) {
    parts.push(
      `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="currentColor" stroke-opacity="0.25"/>`,
      text(LEFT - 4, y(value) + 3, formatValue(value, onAxis), 'end'),
    );
  }
  if (onAxis !== unit) parts.push(text(RIGHT, floor - 6, fitting(unit, LEFT + 40), 'start'));
  parts.push(text(LEFT, height - 6, when(from), 'start'), text(width - RIGHT, height - 6, `${when(to)} UTC`, 'end'));
  if (threshold !== undefined) {
    const at = round(y(threshold));
    parts.push(
      `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${at}" y2="${at}" stroke="#dc2626" stroke-dasharray="4 2"/>`,
      text(width - RIGHT, at - 3, `limit ${formatValue(threshold, unit)}`, 'end'),
    );
  }
  if (mark !== undefined && mark.at >= from && mark.at <= to) {
    const at = round(x(mark.at));
    parts.push(
      `<line x1="${at}" x2="${at}" y1="${floor}" y2="${height - BOTTOM}" stroke="#dc2626"/>`,
      at > width - 80 ? text(at - 3, floor + 10, mark.label, 'end') : text(at + 3, floor + 10, mark.label, 'start'),
    );
  }
  for (const [index, line] of shown.entries()) parts.push(drawn(line.points, x, y, LINES[index]!));
  if (shown.length > 1)
    parts.push(
      legend(
        shown.map(({ name }) => name),
        width,
      ),
    );
  return `${parts.join('')}</svg>`;
}

function drawn(points: Series['lines'][number]['points'], x: Scale, y: Scale, look: (typeof LINES)[number]): string {
  const stroke = `fill="none" stroke="${look.colour}" stroke-width="1.5"${look.dash && ` stroke-dasharray="${look.dash}"`}`;
  const runs: string[][] = [[]];
  for (const [at, value] of points) {
    if (value === null) runs.push([]);
    else runs.at(-1)!.push(`${round(x(at))},${round(y(value))}`);
  }
  return runs
    .filter((run) => run.length > 0)
    .map((run) => {
      if (run.length > 1) return `<polyline points="${run.join(' ')}" ${stroke}/>`;
      const [cx, cy] = run[0]!.split(',');
      return `<circle cx="${cx}" cy="${cy}" r="2" fill="${look.colour}"/>`;
    })
    .join('');
}

function legend(names: readonly string[], width: number): string {
  const each = (width - LEFT - RIGHT) / names.length;
  const cut = names.map((name) => fitting(name, each - 24));
  const alike = new Set(cut).size < new Set(names).size;
  const told = alike ? withoutSharedStart(names).map((name) => fitting(name, each - 24)) : cut;
  return told
    .map((shown, index) => {
      const { colour, dash } = LINES[index]!;
      const at = LEFT + index * each;
      const stroke = `stroke="${colour}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}`;
      return (
        `<line x1="${round(at)}" x2="${round(at + 16)}" y1="${TOP - 1}" y2="${TOP - 1}" ${stroke}/>` +
        text(at + 19, TOP + 2, shown, 'start')
      );
    })
    .join('');
}

/** Names without the words that all of them begin with. */
function withoutSharedStart(names: readonly string[]): string[] {
  const [first = '', ...others] = names;
  let same = 0;
  while (same < first.length && others.every((name) => name[same] === first[same])) same += 1;
  const start = first.slice(0, same).search(/[\p{L}\p{N}]*$/u);
  return start > 0 ? names.map((name) => `…${name.slice(start)}`) : [...names];
}

/** As much of a text as there is room for, in pixels. */
function fitting(content: string, room: number): string {
  const most = Math.max(1, Math.floor(room / LETTER));
  return content.length <= most ? content : `${content.slice(0, most - 1).trimEnd()}…`;
}

/** A number as people read it beside an axis: `12 %`, `340 ms`, `1.2 k`. */
export function formatValue(value: number, unit: string): string {
  if (unit === 'ratio') return `${short(value * 100)} %`;
  if (unit === 'seconds') return Math.abs(value) < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`;
  return unit === '' ? short(value) : `${short(value)} ${unit}`;
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${short(value / 1e9)} G`;
  if (size >= 1e6) return `${short(value / 1e6)} M`;
  if (size >= 1e4) return `${short(value / 1e3)} k`;
  return String(Number(value.toPrecision(3)));
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999_999) ?? 10);
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(content)}</text>`;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);
const round = (value: number): number => Math.round(value * 10) / 10;
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

function escape(content: string): string {
  return content
    .replace(/\p{C}/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
