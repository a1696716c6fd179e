/** What the review of a graph says to a panel, a plugin and a terminal. Texts come from pages: anybody may have written them. */

export type ReviewSeverity = 'error' | 'warning' | 'hint';

/** Whether a person has decided about a finding: that it may wait, or that it is none. */
export type ReviewState = 'open' | 'snoozed' | 'dismissed';

/** A review as a whole: what there is, by check, without the findings themselves. */
export interface ReviewOverview {
  graph: string;
  /** As people call it. */
  name: string;
  /** Milliseconds since the epoch. */
  at: number;
  pages: number;
  counts: Record<ReviewSeverity, number>;
  /** Open findings by check: the worst first. */
  groups: ReviewGroup[];
  snoozed: number;
  dismissed: number;
  /** What was left alone, and why. */
  notes: string[];
  /** Open findings on the last days that there was a review, the oldest first. */
  days: { day: string; pages: number; counts: Record<ReviewSeverity, number> }[];
  /** Fixes that were made, the latest first. */
  fixes: { fix: number; title: string; by: string; at: number; undone?: number }[];
}

export interface ReviewGroup {
  check: string;
  title: string;
  explanation: string;
  severity: ReviewSeverity;
  count: number;
  /** How many of them have a fix. */
  fixable: number;
}

export interface ReviewItem {
  finding: string;
  check: string;
  severity: ReviewSeverity;
  page: string;
  block?: string;
  line?: number;
  message: string;
  /** How much depends on it. */
  weight: number;
  since?: number;
  /** What its fix does, as a button says it. */
  fix?: string;
  /** A definition that somebody would have to trust before more can be said. */
  trust?: string;
  state: ReviewState;
  decided?: { by: string; at: number; reason: string; until?: number };
}

/** Exactly what a fix would change. `digest` is given back to make it: anything else is refused. */
export interface ReviewPreview {
  title: string;
  digest: string;
  /** `line`: where these lines begin on the page, from 1. */
  pages: { page: string; line?: number; before: string; after: string }[];
}
