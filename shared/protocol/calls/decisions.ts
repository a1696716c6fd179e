import { z } from 'zod';
import type { JsonObject } from '../../json.ts';
import { id, json, name, object, signature, type CallList } from '../fields.ts';
import { about, labels } from './suggest.ts';

const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sign-off'), run: id, node: name, signOff: name }),
  z.strictObject({ kind: z.literal('reject'), run: id, node: name, signOff: name }),
  z.strictObject({ kind: z.literal('skip'), run: id, node: name }),
  z.strictObject({ kind: z.literal('move'), run: id, definition: id }),
  z.strictObject({ kind: z.literal('start'), definition: id, inputs: object }),
  z.strictObject({ kind: z.literal('trust'), definition: id }),
  z.strictObject({ kind: z.literal('correction'), about, labels }),
]);

/** What a person decides at a device of theirs (security.md 5). */
export const DECISION_CALLS = {
  /** Nonce, digest and exactly what has to be shown. */
  challenge: { right: 'sign', with: z.strictObject({ subject }) },
  /** Without a signature when the run needs none, or the device's person signed this workflow within the last 8 hours. */
  start: {
    right: 'sign',
    with: z.strictObject({
      definition: id,
      inputs: object,
      dryRun: z.boolean().optional(),
      graph: name.optional(),
      page: name.optional(),
      idempotencyKey: id.optional(),
      signature: signature.optional(),
    }),
  },
  sign: { right: 'sign', with: z.strictObject({ run: id, node: name, signOff: name, signature }) },
  reject: {
    right: 'sign',
    with: z.strictObject({ run: id, node: name, signOff: name, signature, reason: z.string().max(10_000).optional() }),
  },
  skip: {
    right: 'sign',
    with: z.strictObject({ run: id, node: name, signature, reason: z.string().min(1).max(10_000) }),
  },
  trust: { right: 'sign', with: z.strictObject({ definition: id, signature }) },
  answer: { right: 'sign', with: z.strictObject({ run: id, node: name, answer: json }) },
  cancel: { right: 'sign', with: z.strictObject({ run: id, reason: z.string().max(10_000).optional() }) },
  resume: { right: 'sign', with: z.strictObject({ run: id, from: name.optional() }) },
  /** Has a run go on with its edited page, of which this is the hash; its challenge shows what changes. Without a signature where starting that page needs none. */
  move: {
    right: 'sign',
    with: z.strictObject({ run: id, definition: id, signature: signature.optional() }),
  },
} as const satisfies CallList;

/** What they are answered with. */
export interface DecisionResults {
  challenge: { nonce: string; digest: string; shown: JsonObject };
  start: { run: string };
  sign: null;
  reject: null;
  skip: null;
  trust: null;
  answer: null;
  cancel: null;
  resume: null;
  move: null;
}
