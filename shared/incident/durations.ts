import type { Moment } from './moments.ts';
import { resolvedAt, type IncidentState, type Known } from './state.ts';

/** What incidents are measured by, each with the words in which a page says what is meant. */
export const DURATIONS = [
  {
    name: 'detect',
    title: 'Time to detect',
    from: 'impact_started',
    to: 'detected',
    means: 'from the beginning of the impact to the moment when this incident was opened',
  },
  {
    name: 'acknowledge',
    title: 'Time to acknowledge',
    from: 'detected',
    to: 'acknowledged',
    means: 'from detection to the first thing that a person did about it',
  },
  {
    name: 'mitigate',
    title: 'Time to mitigate',
    from: 'impact_started',
    to: 'mitigated',
    means: 'from the beginning of the impact to the moment when users felt it no more, or less',
  },
  {
    name: 'resolve',
    title: 'Time to resolve',
    from: 'impact_started',
    to: 'resolved',
    means: 'from the beginning of the impact to its end: as somebody said, else when the last alert was resolved',
  },
] as const satisfies readonly { name: string; title: string; from: Moment; to: Moment; means: string }[];

export type DurationName = (typeof DURATIONS)[number]['name'];

/** A moment of an incident, however it is known; undefined where nobody knows it. */
export function momentOf(state: IncidentState, moment: Moment): Known | undefined {
  return moment === 'resolved' ? resolvedAt(state) : state.moments[moment];
}

/** How long each took, in milliseconds between moments cut to the second; null where one of them is not known, or they are the wrong way round. */
export function durationsOf(state: IncidentState): Record<DurationName, number | null> {
  const entries = DURATIONS.map(({ name, from, to }) => {
    const [start, end] = [momentOf(state, from), momentOf(state, to)];
    if (!start || !end) return [name, null] as const;
    const took = seconds(end.at) - seconds(start.at);
    return [name, took < 0 ? null : took * 1_000] as const;
  });
  return Object.fromEntries(entries) as Record<DurationName, number | null>;
}

const seconds = (at: number): number => Math.floor(at / 1_000);
