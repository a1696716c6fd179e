import type { ProcessRunner } from '../actions/action.ts';
import type { Config } from '../config.ts';
import type { Secrets } from '../secrets/secrets.ts';

/** What looking at this machine needs. */
export interface Patient {
  config: Config;
  process: ProcessRunner;
  secrets: Secrets;
  sandboxLevel(): Promise<{ level: string; why: string }>;
  /** Names of plugins that are paired. */
  plugins: readonly string[];
  /** The port on which plugin and panel look for the daemon. */
  port: number;
  /** Names of the people who can sign here. */
  signers: readonly string[];
}

/** `missing` stops everything, `limited` something; a finding that is not `good` says what to do. */
export interface Finding {
  what: string;
  is: 'good' | 'limited' | 'missing';
  saw: string;
  remedy?: string;
}

/** One thing to look at. Never throws: what cannot be seen is a finding. */
export type Examination = (patient: Patient) => Promise<Finding | Finding[]>;
