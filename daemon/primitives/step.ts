import { z } from 'zod';
import { definePrimitive, duration, NOTHING } from './primitive.ts';

/** One action of the catalogue. All of its meaning is in engine.md, Effects. */
export const step = definePrimitive({
  role: 'step',
  summary: 'Does one action: `uses` names it, `with` has its settings.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    uses: z.string().meta({ description: 'The action: stagebook explain shows all.' }),
    with: z.record(z.string(), z.json()).optional().meta({ description: 'What the action takes.' }),
    remember: z
      .record(z.string(), z.json())
      .optional()
      .meta({ description: "What is kept for memory.NAME, such as { size: '${{ output.size }}' }." }),
    timeout: duration.optional(),
    'on-unknown': z
      .enum(['ask', 'retry', 'fail'])
      .optional()
      .meta({ description: 'What follows when nobody knows whether it happened; else a person is asked.' }),
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
