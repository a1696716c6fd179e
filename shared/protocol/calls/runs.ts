import { z } from 'zod';
import type { RunEvent } from '../../run/event.ts';
import type { OpenRequest, RunSummary } from '../../run/summary.ts';
import type { Definition, NodeKey } from '../../workflow/definition.ts';
import { at, id, name, type CallList } from '../fields.ts';

const status = z.enum(['running', 'waiting', 'completed', 'failed', 'cancelling', 'cancelled', 'suspended']);

/** Runs as they are and were. */
export const RUN_CALLS = {
  /** The newest first. `page` with `graph`: the runs started from it. */
  'runs.list': {
    right: 'propose',
    with: z.strictObject({
      status: z.array(status).optional(),
      graph: name.optional(),
      page: name.optional(),
      search: z.string().max(200).optional(),
      before: at.optional(),
      limit: z.int().min(1).max(200).optional(),
    }),
  },
  /** Its definition; `run.not_found`. The state is the fold of its events. */
  'run.definition': { right: 'propose', with: z.strictObject({ run: id }) },
  /** All its events after a sequence number, in pieces that fit a frame: go on with `after` until `done`. */
  'run.events': { right: 'propose', with: z.strictObject({ run: id, after: at }) },
  /** The kept output lines of a step, in pieces. */
  'run.logs': { right: 'propose', with: z.strictObject({ run: id, node: name, offset: at }) },
  /** Whether chain and signatures hold. */
  'run.verify': { right: 'propose', with: z.strictObject({ run: id }) },
  /** What waits for a person. */
  requests: { right: 'propose', with: z.strictObject({ run: id.optional() }) },
  /** What was refused of signatures and decisions lately, the newest first, at most 50. */
  attempts: { right: 'propose', with: z.strictObject({}) },
} as const satisfies CallList;

/** What they are answered with. */
export interface RunResults {
  'runs.list': RunSummary[];
  'run.definition': { definition: Definition; hash: string; page?: string; graph?: string };
  'run.events': { events: RunEvent[]; done: boolean };
  'run.logs': { lines: { at: number; text: string }[]; next: number; done: boolean };
  'run.verify': { holds: boolean; events: number; hash: string; signatures: number; problems: string[] };
  requests: OpenRequest[];
  attempts: Attempt[];
}

/** A signature, or a decision that is a person's, that was refused: the last of its place. */
export interface Attempt {
  /** What it was about: a run with its node and sign-off, or a definition. */
  run?: string;
  node?: NodeKey;
  signOff?: string;
  definition?: string;
  call: string;
  at: number;
  /** The person at the device, or the plugin's name, that it came from. */
  by: string;
  code: string;
  /** Why, and what to do. */
  message: string;
}
