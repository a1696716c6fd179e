import { z } from 'zod';
import { definePrimitive, duration, NOTHING } from './primitive.ts';

/** Persons' signed agreement to a gate, which asks for it. */
export const signOff = definePrimitive({
  role: 'sign-off',
  work: false,
  settings: z.strictObject({
    id: z.string().optional(),
    people: z.int().min(1).optional(),
    from: z.array(z.string()).min(1).optional(),
    'not-starter': z.boolean().optional(),
    timeout: duration.optional(),
  }),
  body: { kind: 'none' },
  parents: ['gate'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
});
