import { z } from 'zod';
import { definePrimitive, expression, NOTHING } from './primitive.ts';

/** One automatic requirement of a gate, which evaluates it. */
export const check = definePrimitive({
  role: 'check',
  summary: 'One thing that must hold at a gate.',
  work: false,
  settings: z.strictObject({ id: z.string().optional(), that: expression }),
  expressions: { that: { type: 'bool' } },
  body: { kind: 'none' },
  parents: ['gate'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
});
