import { z } from 'zod';
import { definePrimitive, duration, NOTHING } from './primitive.ts';

/** Persons' signed agreement to a gate, which asks for it. */
export const signOff = definePrimitive({
  role: 'sign-off',
  summary: 'People who agree at a gate, each by a signature.',
  work: false,
  settings: z.strictObject({
    id: z.string().optional(),
    people: z.int().min(1).optional().meta({ description: 'How many have to sign; else one.' }),
    from: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({ description: 'Names and roles of those who may; else anybody who can sign here.' }),
    'not-starter': z.boolean().optional().meta({ description: 'Whoever started the run may not.' }),
    timeout: duration.optional().meta({ description: 'When it has passed, the gate is rejected.' }),
  }),
  body: { kind: 'none' },
  parents: ['gate'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
});
