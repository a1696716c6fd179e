import { z } from 'zod';
import { DURATION } from '../../shared/workflow/duration.ts';

/** An address without a slash at the end, as paths are put behind it. */
const base = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const addresses = z.union([base.transform((one) => [one]), z.array(base).min(1)]);

/** Where new runs work. `embedded` is this process and its journal. */
export const engineSchema = z.enum(['embedded', 'restate']);

/** The way to a Restate, and from its workers back to the hub (ARCHITECTURE.md, Scale). Hub and workers have the same. */
export const restateSchema = z.strictObject({
  /** Where runs are told something: one address, or those of several nodes of one cluster. */
  ingress: addresses,
  /** Where workers are registered. */
  admin: addresses,
  /** Public keys of the Restate that may call workers (`publickeyv1_…`). */
  identity: z
    .array(z.string().regex(/^publickeyv1_\w+$/, 'must be a public key of Restate, as publickeyv1_…'))
    .optional(),
  hub: z.strictObject({
    /** Tells its runs apart from those of other hubs on the same Restate. It stays the same. */
    id: z.string().regex(/^[a-z][a-z0-9]{2,19}$/, 'must be 3 to 20 small letters and digits, beginning with a letter'),
    /** Where workers report. */
    url: base,
    /** The name of the secret that hub and workers share. */
    token: z.string().min(1),
  }),
  /** Of a worker: its port on this machine, the one address by which Restate reaches all workers, and how patient it is. */
  worker: z
    .strictObject({
      port: z.int().min(0).max(65_535),
      uri: base,
      /** How long another worker that has lost a run may still act, before this one looks for what was begun there. */
      settle: z.string().regex(DURATION, 'must be a duration such as 30s'),
    })
    .partial()
    .optional(),
});
export type RestateConfig = z.infer<typeof restateSchema>;
