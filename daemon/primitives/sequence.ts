import { z } from 'zod';
import { definePrimitive, lastOutput } from './primitive.ts';

/** Its parts in order. */
export const sequence = definePrimitive({
  role: 'sequence',
  summary: 'Its parts in order.',
  work: true,
  settings: z.strictObject({ id: z.string().optional() }),
  body: { kind: 'work', min: 1 },
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  mayWaitInside: true,
  run: (x) => x.body(x.node.children),
});
