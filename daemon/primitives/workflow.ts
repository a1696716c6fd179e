import { z } from 'zod';
import { definePrimitive, NOTHING } from './primitive.ts';

const input = z.strictObject({
  type: z.enum(['string', 'number', 'boolean', 'enum', 'list', 'path', 'date']).optional(),
  enum: z.array(z.string()).min(1).optional(),
  title: z.string().optional(),
  default: z.json().optional(),
});

const inputsOf = z.record(z.string(), z.json()).optional();

const trigger = z.union([
  z.strictObject({
    cron: z.string(),
    zone: z.string().optional(),
    missed: z.enum(['skip', 'once']).optional(),
    inputs: inputsOf,
  }),
  z.strictObject({ webhook: z.string(), inputs: inputsOf }),
  z.strictObject({ alert: z.string(), inputs: inputsOf }),
  z.strictObject({ page: z.string(), inputs: inputsOf }),
]);

/** The header of a page: what a run needs to start, and how it starts by itself. Never runs. */
export const workflow = definePrimitive({
  role: 'workflow',
  work: false,
  settings: z.strictObject({
    id: z.string().optional(),
    inputs: z.record(z.string(), input).optional(),
    triggers: z.array(trigger).optional(),
    memory: z.string().optional(),
    page: z.string().optional(),
    concurrency: z
      .strictObject({
        key: z.string(),
        limit: z.int().min(1).optional(),
        'when-full': z.enum(['queue', 'refuse']).optional(),
      })
      .optional(),
    output: z.json().optional(),
  }),
  literal: ['inputs', 'page'],
  deferred: ['output', 'triggers', 'memory', 'concurrency'],
  body: { kind: 'none' },
  parents: ['top'],
  siblings: 'in-order',
  after: () => 'all',
  output: () => NOTHING,
});
