import { z } from 'zod';

const address = z.url({ protocol: /^https?$/ });

/** `notify` of the configuration file. What is secret is a secret's name. */
export const notifySchema = z
  .strictObject({
    /** A webhook that speaks as Slack's do; its address is the secret. */
    slack: z.strictObject({ webhook: z.string() }),
    email: z.strictObject({
      host: z.string(),
      port: z.int().min(1).max(65_535).default(587),
      /** TLS from the first byte on; else STARTTLS where it is offered. */
      tls: z.boolean().default(false),
      user: z.string().optional(),
      password: z.string().optional(),
      from: z.string(),
      to: z.array(z.string()).min(1),
    }),
    /** Events API v2. */
    pagerduty: z.strictObject({ key: z.string(), url: address.default('https://events.pagerduty.com') }),
  })
  .partial();

export type NotifyConfig = z.infer<typeof notifySchema>;
