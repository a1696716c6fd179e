import { chartSvg } from './chart.ts';
import type { ReviewOverview } from './review.ts';

/** How many findings were open on each day of a review, as a small picture. */
export function healthChart(days: ReviewOverview['days']): string {
  const line = (name: 'error' | 'warning' | 'hint', title: string) => ({
    name: title,
    points: days.map(({ day, counts }): [number, number] => [Date.parse(day), counts[name]]),
  });
  const lines = [line('error', 'errors'), line('warning', 'warnings'), line('hint', 'hints')];
  return chartSvg({ unit: '', lines }, { title: 'Open findings, day by day', width: 480, height: 140 });
}
