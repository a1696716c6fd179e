import type { RunState } from '../../../shared/run/state.ts';
import { isActive } from '../../../shared/run/tone.ts';
import type { OutlineRow } from './outline.ts';

/** A bar of the Gantt: fractions of the whole, from 0 to 1. */
export interface Bar {
  row: OutlineRow;
  from: number;
  width: number;
  milliseconds: number;
  /** It has not ended. */
  open: boolean;
}

export interface Gantt {
  bars: Bar[];
  /** Where a line with a label stands. */
  ticks: { at: number; milliseconds: number }[];
  milliseconds: number;
}

const NICE = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400, 604_800];

/** When stages, steps and gates of a run were at work. `now` ends what has not ended. */
export function ganttOf(state: RunState, rows: readonly OutlineRow[], now: number): Gantt {
  const lasting = rows.flatMap((row) => {
    const { state: node } = row;
    if (
      !node ||
      row.square ||
      node.status === 'pending' ||
      !['stage', 'step', 'gate', 'ask', 'wait'].includes(row.node.role)
    )
      return [];
    return [{ row, from: node.startedAt, to: node.endedAt ?? (isActive(state.status) ? now : (state.endedAt ?? now)) }];
  });
  const start = state.startedAt;
  const end = Math.max(start + 1, state.endedAt ?? now, ...lasting.map(({ to }) => to));
  const whole = end - start;
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return {
    milliseconds: whole,
    ticks: ticksOf(whole),
    bars: lasting.map(({ row, from, to }) => ({
      row,
      from: clamp((from - start) / whole),
      width: clamp((Math.max(from, to) - from) / whole),
      milliseconds: Math.max(0, to - from),
      open: row.state?.endedAt === undefined,
    })),
  };
}

/** At most six round times within so many milliseconds. */
function ticksOf(whole: number): Gantt['ticks'] {
  const seconds = whole / 1_000;
  const step = NICE.find((each) => seconds / each <= 5) ?? Math.ceil(seconds / 5 / 604_800) * 604_800;
  const count = Math.min(6, Math.floor(seconds / step) + 1);
  return Array.from({ length: count }, (_, index) => ({
    at: (index * step) / seconds,
    milliseconds: index * step * 1_000,
  }));
}
