import { z } from 'zod';
import { definePrimitive, duration, expression, NOTHING } from './primitive.ts';

/** A statement on any page that the review re-checks. Never part of a run. */
export const claim = definePrimitive({
  role: 'claim',
  summary: 'On any page: a statement that the review looks at again. Never runs.',
  work: false,
  settings: z
    .strictObject({
      id: z.string().optional(),
      that: expression.optional(),
      url: z.url().optional(),
      every: duration.optional(),
    })
    .refine((settings) => (settings.that === undefined) !== (settings.url === undefined), {
      message: 'give either that or url',
    }),
  literal: ['url'],
  expressions: { that: { type: 'bool' } },
  body: { kind: 'none' },
  parents: ['top'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
});
