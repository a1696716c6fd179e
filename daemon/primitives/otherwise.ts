import { z } from 'zod';
import { definePrimitive, lastOutput } from './primitive.ts';

/** The other way of a `gate` or a `when`. */
export const otherwise = definePrimitive({
  role: 'otherwise',
  summary: 'The other way of a when; of a gate, what is done when it is rejected.',
  work: false,
  settings: z.strictObject({ id: z.string().optional() }),
  body: { kind: 'work', min: 0 },
  parents: ['gate', 'when'],
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  mayWaitInside: true,
  run: (x) => x.body(x.node.children),
});
