import { z } from 'zod';
import { definePrimitive, NOTHING } from './primitive.ts';

/** The one node of a persona's page (personas.md). Never runs. */
export const persona = definePrimitive({
  role: 'persona',
  work: false,
  settings: z.record(z.string(), z.json()),
  body: { kind: 'none' },
  parents: ['top'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
});
