import { z } from 'zod';
import { definePrimitive, duration, NOTHING } from './primitive.ts';

/** One action of the catalogue. All of its meaning is in engine.md, Effects. */
export const step = definePrimitive({
  role: 'step',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    uses: z.string(),
    with: z.record(z.string(), z.json()).optional(),
    remember: z.record(z.string(), z.json()).optional(),
    timeout: duration.optional(),
    'on-unknown': z.enum(['ask', 'retry', 'fail']).optional(),
  }),
  literal: ['uses', 'on-unknown'],
  deferred: ['with', 'remember'],
  body: { kind: 'only', roles: ['undo'], min: 0 },
  siblings: 'in-order',
  after: () => 'hidden',
  // The checker takes the action's own output instead.
  output: () => NOTHING,
  recordsItself: true,
  run: (x) => x.perform(),
});
