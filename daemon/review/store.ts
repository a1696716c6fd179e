import type { Done } from './apply.ts';
import type { Severity } from './finding.ts';

/** What a person decided about a finding. */
export interface Decision {
  finding: string;
  /** `snoozed`: it comes back. `dismissed`: it is no issue, and why. */
  kind: 'snoozed' | 'dismissed';
  /** When a snoozed one comes back, in milliseconds since the epoch. */
  until: number | null;
  reason: string;
  by: string;
  at: number;
  /** The finding's message, for when it is no longer found. */
  title: string;
}

/** A fix that was made. */
export interface AppliedFix {
  fix: number;
  finding: string;
  title: string;
  by: string;
  at: number;
  undone?: number;
}

/** How healthy a graph was on a UTC day (`YYYY-MM-DD`). */
export interface Day {
  day: string;
  pages: number;
  counts: Record<Severity, number>;
}

/** What the review remembers of a graph. */
export interface ReviewStore {
  decisions(graph: string): Decision[];
  decide(graph: string, decision: Decision): void;
  reopen(graph: string, finding: string): void;
  /** Gives the fix's number. */
  applied(graph: string, entry: Omit<AppliedFix, 'fix' | 'undone'>, pages: readonly Done[]): number;
  /** The latest first. */
  fixes(graph: string, limit: number): AppliedFix[];
  /** What a fix did, unless it was undone. */
  fix(graph: string, fix: number): Done[] | undefined;
  undone(fix: number, at: number): void;
  keepDay(graph: string, day: Day, at: number): void;
  /** The last days with a review, the oldest first. */
  days(graph: string, limit: number): Day[];
}
