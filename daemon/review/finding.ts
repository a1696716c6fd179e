import type { Change } from '../graph/graph.ts';

/** `error`: something is broken. `warning`: it will be, or misleads. `hint`: worth a look. */
export type Severity = 'error' | 'warning' | 'hint';
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'hint'];

/** One thing on a page that stopped being true or needs a hand. Text of it may come from anybody's page. */
export interface Finding {
  /** The same over runs, over ways to the graph and over edits elsewhere: from it decisions are remembered. */
  id: string;
  /** The check that found it. */
  check: string;
  severity: Severity;
  page: string;
  /** The block's uuid, where it has one of its own. */
  block?: string;
  /** From 1, where the graph has files. */
  line?: number;
  /** One sentence: what is so, and what to do about it. */
  message: string;
  /** How many pages and blocks depend on it: what ranks it. */
  weight: number;
  /** Since when it is so, in milliseconds since the epoch, where that is known. */
  since?: number;
  fix?: Fix;
  /** A definition that somebody has to look at and trust before more can be said. */
  trust?: string;
}

/** A change that would mend it. It is made only when a person asks for exactly it. */
export interface Fix {
  /** What it does, as a button says it. */
  title: string;
  /** In this order, all or none. `revision` is that of the page as it was read; null: the page must not exist. */
  pages: { page: string; revision: string | null; changes: readonly Change[] }[];
}

/** What a check is called and says of its findings. */
export interface CheckInfo {
  check: string;
  /** As a heading over its findings. */
  title: string;
  /** Why it matters, in one sentence. */
  explanation: string;
}

/** What a review of a graph found. */
export interface Examined {
  /** Milliseconds since the epoch. */
  at: number;
  pages: number;
  findings: Finding[];
  checks: readonly CheckInfo[];
  /** What was left alone, and why: files that are no pages, pages that cannot be read. */
  notes: string[];
}
