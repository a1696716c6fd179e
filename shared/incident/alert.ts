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
  /** Milliseconds since the epoch, by the source's clock. */
  started: number;
  ended?: number;
  url: string;
  runbook: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
