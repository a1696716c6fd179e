/** The moments of an incident that its durations are between. */
export const MOMENTS = ['impact_started', 'detected', 'acknowledged', 'mitigated', 'resolved'] as const;
export type Moment = (typeof MOMENTS)[number];

/** What a person does to one line of the timeline, named by its number. */
export const LINE_DEEDS = ['pin', 'unpin', 'hide', 'show', 'correct'] as const;
export type LineDeed = (typeof LINE_DEEDS)[number];
