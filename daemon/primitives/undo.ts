import { z } from 'zod';
import { definePrimitive, lastOutput } from './primitive.ts';

/** How to take a step back. Runs only when the saga around its step does. */
export const undo = definePrimitive({
  role: 'undo',
  summary: 'How to take back what its step did, when the saga around it fails or is cancelled.',
  work: false,
  settings: z.strictObject({ id: z.string().optional() }),
  body: { kind: 'work', min: 1 },
  parents: ['step'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: lastOutput,
  run: (x) => x.body(x.node.children),
});
