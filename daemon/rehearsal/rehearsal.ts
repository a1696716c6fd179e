import type { Basis } from './basis.ts';
import type { FaultReport } from './faults.ts';
import type { Probed } from './probe.ts';

/** A rehearsal that was held. */
export interface Rehearsal {
  title: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Nothing was wrong. */
  ok: boolean;
  /** What is wrong, in words. */
  problems: string[];
  faults: FaultReport;
  /** Null where nobody trusts the workflow: then nothing of the world is looked at. */
  probed: Probed[] | null;
  basis: Basis;
}

/** How a workflow stands: when it was rehearsed last, and what moved since. */
export interface Rehearsed {
  at: number;
  ok: boolean;
  problems: string[];
  /** What it stands on and has changed since; empty while the rehearsal still says something. */
  stale: string[];
}

/** Where rehearsals are kept. */
export interface RehearsalStore {
  keep(rehearsal: Rehearsal): void;
  /** The last one of a definition, else of a title: an edited page is still the same workflow. */
  last(definition: string, title: string): Rehearsal | undefined;
}
