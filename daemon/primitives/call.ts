import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';
import { definePrimitive } from './primitive.ts';

/** Another workflow page as a run of its own, pinned together with this one. */
export const call = definePrimitive<{ page: string; with?: JsonObject | undefined }>({
  role: 'call',
  summary: 'Another workflow, as a run of its own within this one.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    page: z.string().min(1).meta({ description: 'The name of the page, or of a shipped workflow.' }),
    with: z.record(z.string(), z.json()).optional().meta({ description: 'Its inputs.' }),
  }),
  literal: ['page'],
  body: { kind: 'none' },
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => ({}),
  mayWaitInside: true,
  async run(x) {
    const { page, with: inputs = {} } = x.settings;
    const output = await x.durable.child(x.key, { page, inputs, by: x.by }, x.signal);
    // Who gave what in there is on record with the other run.
    x.comesFromElsewhere();
    if (x.dryRun) x.assume();
    return output;
  },
});
