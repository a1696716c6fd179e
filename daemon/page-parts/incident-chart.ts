import { chartSvg } from '../../shared/chart.ts';

/** One duration of several incidents over time, in minutes; `points` are when each was opened and how long it took, in ms. */
export function durationChart(title: string, points: readonly (readonly [number, number])[]): string {
  const line = points.slice(-60).map(([at, ms]): [number, number] => [at, ms / 60_000]);
  return chartSvg({ unit: 'min', lines: [{ name: title, points: line }] }, { title, width: 480, height: 140 });
}
