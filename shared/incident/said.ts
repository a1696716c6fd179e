import { z } from 'zod';
import { incidentChangeSchema } from './change.ts';
import { LINE_DEEDS } from './moments.ts';

const why = z.string().min(1);

/** What a person says of an incident: how it stands, or how a line of its timeline is to be told. */
export const saidSchema = z.union([
  z.strictObject({ change: incidentChangeSchema, why: why.optional() }),
  z.strictObject({
    line: z.int().min(1),
    deed: z.enum(LINE_DEEDS),
    text: z.string().min(1).optional(),
    /** Corrected time, in milliseconds since the epoch. */
    at: z.number().optional(),
    why,
  }),
]);
export type Said = z.infer<typeof saidSchema>;
