import { z } from 'zod';

/** Milliseconds since the epoch, and the value then; null where nothing was measured. */
const point = z.tuple([z.number(), z.number().nullable()]);

export const seriesSchema = z.object({
  unit: z.string().meta({ description: 'ratio, seconds, requests/s …; empty when it has none.' }),
  lines: z.array(z.object({ name: z.string(), points: z.array(point) })).meta({ description: 'Five at most.' }),
});

/** Few lines of few points, enough for a small chart. */
export type Series = z.infer<typeof seriesSchema>;

/** The answer that the digest is of, beside the evidence. */
export const resultSchema = z.json();

export const evidenceSchema = z.object({
  source: z.enum(['prometheus', 'loki', 'tempo', 'jaeger', 'alertmanager']),
  query: z.string(),
  from: z.iso.datetime().nullable().meta({ description: 'Null for a question about one moment.' }),
  to: z.iso.datetime(),
  step_s: z.number().optional(),
  digest: z.string().meta({ description: 'SHA-256 of the result in canonical JSON; empty when there was none.' }),
  link: z.string(),
  again: z
    .object({ uses: z.string(), with: z.record(z.string(), z.json()) })
    .optional()
    .meta({
      description: 'The step that asks the same about the same time again; left out where only now can be asked.',
    }),
  finding: z.string().meta({ description: 'One sentence of fact.' }),
  series: seriesSchema.optional(),
});

/**
 * What a finding stands on: who was asked what, about when, and the digest of the answer. The answer itself stands beside it
 * as `result`.
 */
export type Evidence = z.infer<typeof evidenceSchema>;
