import picocolors from 'picocolors';
import { slotAwaited } from '../../../shared/run/in-line.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { pathOf, type Definition, type NodeKey } from '../../../shared/workflow/definition.ts';
import { elapsed } from './elapsed.ts';
import { markOf, type Standing } from './marks.ts';
import { rowsOf, type Row } from './rows.ts';
import { broken, columnsOf, fit, spread, visible } from './width.ts';

export interface OutlineOptions {
  /** Columns of the terminal. */
  width: number;
  /** Lines that may be used; what is over, or has not begun, folds up first. No limit when left out. */
  height?: number;
  /** Milliseconds since the epoch. */
  now: number;
  color: boolean;
  /** The last output line of each running step. */
  live?: ReadonlyMap<NodeKey, string>;
}

const WIDEST = 110;
const BAR = 36;

/** A run as lines for a terminal: header, bar, outline. Pure: the same state at the same time gives the same lines. */
export function renderRun(state: RunState, definition: Definition, options: OutlineOptions): string[] {
  const width = Math.max(24, Math.min(options.width, WIDEST));
  const rows = rowsOf(state, definition, options.now);
  const head = header(state, rows, width, options);
  const body = (shown: readonly Row[]): string[] => shown.flatMap((row) => layOut(row, width, options));
  const all = body(rows);
  const room = options.height === undefined ? Infinity : Math.max(3, options.height - head.length);
  if (all.length <= room) return [...head, ...all];
  const folded = body(rows.filter((row) => isOpen(row, rows)));
  return [...head, ...window(folded, room, options.color)];
}

/** In a small terminal: the top level, and what is inside of that which goes on now or failed. */
function isOpen(row: Row, rows: readonly Row[]): boolean {
  const parent = row.path.includes('/') ? row.path.slice(0, row.path.lastIndexOf('/')) : undefined;
  if (parent === undefined) return true;
  const above = rows.find(({ path }) => path === parent);
  return above !== undefined && isActive(above.standing) && isOpen(above, rows);
}

const isActive = (standing: Standing): boolean => !['completed', 'pending', 'skipped', 'shown'].includes(standing);

/** The part around the last line that goes on. */
function window(lines: readonly string[], room: number, color: boolean): string[] {
  if (lines.length <= room) return [...lines];
  const busy = lines.findLastIndex((line) => /[◐◔◧◫⊗☒]/.test(line));
  const start = Math.min(Math.max(0, busy - room + 2), lines.length - room);
  const shown = lines.slice(start, start + room);
  const quiet = picocolors.createColors(color).dim;
  if (start > 0) shown[0] = quiet('  ⋮');
  if (start + room < lines.length) shown[shown.length - 1] = quiet('  ⋮');
  return shown;
}

function header(state: RunState, rows: readonly Row[], width: number, options: OutlineOptions): string[] {
  const colors = picocolors.createColors(options.color);
  const title = `${visible(state.title)} #${state.number}`;
  const took = elapsed((state.endedAt ?? options.now) - state.startedAt);
  const stages = rows.filter(({ role }) => role === 'stage');
  const at = stages.findLastIndex(({ standing }) => standing !== 'pending' && standing !== 'skipped') + 1;
  const where = stages.length > 0 ? `stage ${Math.max(1, at)} of ${stages.length} · ${took}` : took;
  const queued = slotAwaited(state);
  const status = queued === undefined ? state.status : 'in line';
  const word = state.dryRun ? `dry run ${status}` : status;
  const standing = queued === undefined ? statusStanding(state) : 'waiting';
  const shown = fit(title, width - word.length - 2);
  return [
    `${colors.bold(shown)}${' '.repeat(Math.max(2, width - columnsOf(shown) - word.length))}${paint(word, standing, colors)}`,
    queued === undefined
      ? `${bar(rows, stages, state, colors)}  ${colors.dim(where)}`
      : colors.dim(fit(`${visible(queued)} · ${took}`, width)),
    '',
  ];
}

function statusStanding(state: RunState): Standing {
  if (state.dryRun && state.status === 'completed') return 'shown';
  switch (state.status) {
    case 'completed':
    case 'failed':
    case 'waiting':
    case 'running':
    case 'cancelled':
      return state.status;
    default:
      return 'cancelled';
  }
}

type Colors = ReturnType<typeof picocolors.createColors>;

const OVER: ReadonlySet<Standing> = new Set(['completed', 'skipped', 'shown']);

/** A segment for each stage, filled as far as its steps are done. */
function bar(rows: readonly Row[], stages: readonly Row[], state: RunState, colors: Colors): string {
  const parts = stages.length > 0 ? stages : [undefined];
  const each = Math.max(3, Math.floor(BAR / parts.length) - 1);
  const segments = parts.map((stage) => {
    const inside = rows.filter(
      ({ path, role }) => (stage ? path.startsWith(`${stage.path}/`) : true) && role !== 'undo',
    );
    const done = inside.filter(({ standing }) => OVER.has(standing)).length;
    const isDone = stage ? OVER.has(stage.standing) : state.status === 'completed';
    const filled = isDone
      ? each
      : inside.length === 0
        ? 0
        : Math.min(each - 1, Math.floor((done / inside.length) * each));
    return `${filled > 0 ? paint('━'.repeat(filled), stage?.standing ?? statusStanding(state), colors) : ''}${filled < each ? colors.dim('─'.repeat(each - filled)) : ''}`;
  });
  return segments.join(' ');
}

function layOut(row: Row, width: number, options: OutlineOptions): string[] {
  const colors = picocolors.createColors(options.color);
  const indent = '  '.repeat(Math.min(row.depth, 12));
  const mark = markOf(row.role, row.standing);
  const plain = spread(`${indent}${mark} ${row.title}`, row.fact, width);
  const from = indent.length;
  // Colour goes on after the layout, so that it takes no columns.
  const title = plain.slice(from + mark.length);
  const quiet = row.standing === 'pending' || row.standing === 'skipped';
  const strong = row.role === 'stage' && !quiet ? colors.bold : (text: string) => text;
  const lines = [`${indent}${paint(mark, row.standing, colors)}${quiet ? colors.dim(title) : strong(title)}`];
  const below = `${indent}  `;
  if (row.failure) lines.push(...wrap(row.failure, width - below.length).map((line) => `${below}${colors.red(line)}`));
  if (row.detail)
    lines.push(...detailLines(row.detail, width - below.length).map((line) => `${below}${colors.dim(line)}`));
  const output = lastOutput(row, options);
  if (output) lines.push(`${below}${colors.dim(fit(`│ ${visible(output)}`, width - below.length))}`);
  return lines;
}

/** So many lines of what something would be done with. */
const MOST_DETAIL = 3;

function detailLines(detail: string, width: number): string[] {
  const lines = wrap(detail, width - 2);
  const shown = lines.slice(0, MOST_DETAIL);
  if (lines.length > MOST_DETAIL) shown[MOST_DETAIL - 1] = fit(`${shown[MOST_DETAIL - 1]!} …`, width - 2);
  return shown.map((line) => `│ ${line}`);
}

function lastOutput(row: Row, options: OutlineOptions): string | undefined {
  if (!options.live || row.standing !== 'running') return undefined;
  const own = row.key === undefined ? undefined : options.live.get(row.key);
  return own ?? [...options.live].findLast(([key]) => pathOf(key) === row.path)?.[1];
}

/** A text over several lines, each as wide as there is room. */
function wrap(text: string, width: number): string[] {
  return broken(text, width).map((line) => fit(line, Math.max(8, width)));
}

function paint(text: string, standing: Standing, colors: Colors): string {
  switch (standing) {
    case 'completed':
      return colors.green(text);
    case 'failed':
      return colors.red(text);
    case 'running':
      return colors.cyan(text);
    case 'waiting':
    case 'unknown':
      return colors.yellow(text);
    default:
      return colors.dim(text);
  }
}
