import type { JsonObject } from '../json.ts';
import type { NodeKey } from '../workflow/definition.ts';
import type { RunStatus } from './state.ts';

/** A run in a list. Times in milliseconds since the epoch. */
export interface RunSummary {
  run: string;
  number: number;
  title: string;
  status: RunStatus;
  startedAt: number;
  endedAt?: number;
  definition: string;
  dryRun: boolean;
  graph?: string;
  /** The page it was started from. */
  page?: string;
  /** Of a run in line: for which slot it waits, and who has it. */
  inLine?: string;
}

/** What a run asks of people. */
export type OpenRequest =
  | { kind: 'sign-off'; run: string; node: NodeKey; signOff: string; title: string; deadline?: number }
  | {
      kind: 'ask';
      run: string;
      node: NodeKey;
      question: string;
      /** Why it is asked at all, where the page does not say it. */
      because?: string;
      options?: string[];
      form?: JsonObject;
      deadline?: number;
    };
