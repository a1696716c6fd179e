import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';
import { definePrimitive } from './primitive.ts';

/** Another workflow page as a run of its own, pinned together with this one. */
export const call = definePrimitive<{ page: string; with?: JsonObject | undefined }>({
  role: 'call',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    page: z.string().min(1),
    with: z.record(z.string(), z.json()).optional(),
  }),
  literal: ['page'],
  body: { kind: 'none' },
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => ({}),
  mayWaitInside: true,
  run: (x) => x.durable.child(x.key, { page: x.settings.page, inputs: x.settings.with ?? {}, by: x.by }, x.signal),
});
