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
    zone: z.string().optional().meta({ description: 'Such as Europe/Berlin; UTC when left out.' }),
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
  summary: 'The header of a page: its inputs, what starts it by itself, its output.',
  work: false,
  settings: z.strictObject({
    id: z.string().optional(),
    inputs: z
      .record(z.string(), input)
      .optional()
      .meta({ description: 'What a run is given; one without default has to be given.' }),
    triggers: z
      .array(trigger)
      .optional()
      .meta({ description: 'What starts it by itself, while stagebook up runs and once it is trusted.' }),
    memory: z
      .string()
      .optional()
      .meta({ description: 'A name under which its runs share what they remember; else each has its own.' }),
    page: z.string().optional(),
    concurrency: z
      .strictObject({
        key: z.string(),
        limit: z.int().min(1).optional(),
        'when-full': z.enum(['queue', 'refuse']).optional(),
      })
      .optional()
      .meta({
        description: 'So many of its runs with one key go on at once, else one; others wait in line or are refused.',
      }),
    output: z.json().optional().meta({ description: 'What the run gives; else what its last node gives.' }),
  }),
  literal: ['inputs', 'page'],
  deferred: ['output', 'triggers', 'memory', 'concurrency'],
  body: { kind: 'none' },
  parents: ['top'],
  siblings: 'in-order',
  after: () => 'all',
  output: () => NOTHING,
});
