import { z } from 'zod';
import type { ReviewItem, ReviewOverview, ReviewPreview } from '../../review.ts';
import { at, id, name, type CallList } from '../fields.ts';

/** The review of a graph, and what a person does with it. */
export const REVIEW_CALLS = {
  /** The review of a graph: counts and groups. `fresh`: made anew, also when it was made a moment ago. */
  'review.overview': { right: 'sign', with: z.strictObject({ graph: name, fresh: z.boolean().optional() }) },
  /** Findings of the last review, a piece at a time. */
  'review.findings': {
    right: 'sign',
    with: z.strictObject({
      graph: name,
      finding: id.optional(),
      check: id.optional(),
      page: name.optional(),
      state: z.enum(['open', 'snoozed', 'dismissed']).optional(),
      offset: at.optional(),
      limit: z.int().min(1).max(100).optional(),
    }),
  },
  /** Exactly what a finding's fix would change. */
  'review.preview': { right: 'sign', with: z.strictObject({ graph: name, finding: id }) },
  /** Makes a fix as it was previewed; `review.changed` when anything is otherwise by now. */
  'review.apply': { right: 'sign', with: z.strictObject({ graph: name, finding: id, digest: id }) },
  'review.undo': { right: 'sign', with: z.strictObject({ graph: name, fix: at }) },
  'review.decide': {
    right: 'sign',
    with: z.strictObject({
      graph: name,
      finding: id,
      decision: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('snooze'), until: at }),
        z.strictObject({ kind: z.literal('dismiss'), reason: z.string().trim().min(1).max(2_000) }),
        z.strictObject({ kind: z.literal('reopen') }),
      ]),
    }),
  },
  /** Writes the page of the review, and nothing else. A plugin may ask for that of the graph that it gives access to. */
  'review.page': { right: 'propose', with: z.strictObject({ graph: name }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface ReviewResults {
  'review.overview': ReviewOverview;
  'review.findings': { findings: ReviewItem[]; total: number };
  'review.preview': ReviewPreview;
  'review.apply': { fix: number };
  'review.undo': null;
  'review.decide': null;
  /** Null when a person deleted today's. */
  'review.page': { page: string | null };
}
