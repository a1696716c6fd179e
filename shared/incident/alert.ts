import type { Level } from './severity.ts';

/**
 * An alert as every source's is read: texts are one line each and capped, so that it can be kept. What fires twice is two
 * episodes, told apart by when each began.
 */
export interface Alert {
  /** The same for what is one thing to the source: of the labels, or its own id. */
  fingerprint: string;
  /** What the source puts together; its own group key. */
  key: string;
  status: 'firing' | 'resolved';
  name: string;
  /** As the source says it; empty when it does not. */
  severity: string;
  level: Level;
  levelKnown: boolean;
  service: string;
  summary: string;
  description: string;
  /**
   * Milliseconds since the epoch, by the source's clock, which may be ahead of ours: by it an episode is known again. Pages tell
   * `beganAt`.
   */
  started: number;
  /** False where the source did not say: then it is when it was first told of. */
  startedKnown?: boolean;
  ended?: number;
  /** False where the source did not say: then it is when it was told of. */
  endedKnown?: boolean;
  url: string;
  runbook: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** By so much a source's clock may be ahead of ours before its word is not taken. */
const AHEAD_MS = 5 * 60_000;

/** A moment that was told of at `told`: nobody tells of what is still to come, but a clock may be ahead. */
export function momentTold(moment: number, told: number): number {
  return moment > told + AHEAD_MS ? told : moment;
}

/** When an alert began that was told of at `told`. */
export function beganAt({ started }: Pick<Alert, 'started'>, told: number): number {
  return momentTold(started, told);
}
