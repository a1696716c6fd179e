import { z } from 'zod';
import { DURATION, parseDuration } from '../../shared/workflow/duration.ts';

const name = z.string().regex(/^[a-z][\w-]{0,60}$/i, 'must be a short name of letters, digits, - and _');
const secret = z.string().min(1);
const header = z.string().regex(/^[\w-]+$/);
/** In milliseconds from here on. */
const duration = z.string().regex(DURATION, 'must be a duration such as 15m').transform(parseDuration);

const hmac = z.strictObject({
  /** A secret's name. */
  secret,
  /** The header with the signature: hexadecimal HMAC-SHA256, with or without `sha256=` before it. */
  header: header.optional(),
  /** The header with the moment of sending, in seconds, that is signed with the body. Without it nothing tells a replay. */
  timestamp: header.optional(),
  /** Between the moment and the body in what is signed. */
  separator: z.string().max(3).optional(),
  /** How old a message may be; five minutes by default. */
  within: duration.optional(),
});

const door = { token: secret.optional(), hmac: hmac.optional() };
const oneDoor = (given: { token?: unknown; hmac?: unknown }): boolean =>
  (given.token === undefined) !== (given.hmac === undefined);
const ONE_DOOR = 'needs a token, or an hmac with a secret; one of them';

const expression = z.string().min(1);
const map = z
  .strictObject({
    alerts: expression,
    fingerprint: expression,
    key: expression,
    status: expression,
    name: expression,
    severity: expression,
    service: expression,
    summary: expression,
    description: expression,
    started: expression,
    ended: expression,
    url: expression,
    runbook: expression,
    labels: expression,
    annotations: expression,
  })
  .partial();
export type AlertMap = z.infer<typeof map>;

const source = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('alertmanager'), ...door }),
    z.strictObject({ kind: z.literal('grafana'), ...door }),
    z.strictObject({ kind: z.literal('generic'), map, ...door }),
  ])
  .refine(oneDoor, ONE_DOOR);
export type AlertSource = z.infer<typeof source>;

/** Where alerts come from, and which belong together (config.yaml). */
export const alertsSchema = z.strictObject({
  /** The graph whose pages tell of incidents; the first configured one by default. */
  graph: z.string().optional(),
  sources: z.record(name, source),
  correlate: z
    .strictObject({
      /** Alerts that have all of these labels, with the same values, belong to one incident. */
      by: z.array(z.string()).min(1).optional(),
      /** So long after the last of them. */
      within: duration.optional(),
    })
    .optional(),
});
export type AlertsConfig = z.infer<typeof alertsSchema>;

/** Who else may start workflows, by the names that their `webhook` triggers give. */
export const webhooksSchema = z.record(name, z.strictObject(door).refine(oneDoor, ONE_DOOR));
export type WebhooksConfig = z.infer<typeof webhooksSchema>;

export type Door = { token?: string | undefined; hmac?: z.infer<typeof hmac> | undefined };
