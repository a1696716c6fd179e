import { z } from 'zod';

/** The ways to people beyond this machine. */
export const CHANNELS = ['slack', 'email', 'pagerduty'] as const;
export type ChannelName = (typeof CHANNELS)[number];

const link = z.strictObject({ text: z.string(), url: z.string() });

/** What is said, in a form that every channel can say in its own way. */
export const messageSchema = z.strictObject({
  /** One line. */
  title: z.string(),
  text: z.string().default(''),
  links: z.array(link).default([]),
  severity: z.enum(['critical', 'error', 'warning', 'info']).default('error'),
  /** E-mail addresses, where the channel has any; those of the configuration when empty. */
  to: z.array(z.string()).default([]),
  /** For a pager: what several messages are about. */
  about: z.string().default(''),
  event: z.enum(['trigger', 'acknowledge', 'resolve']).default('trigger'),
  source: z.string().default('stagebook'),
});
export type Message = z.infer<typeof messageSchema>;

/** One way to people. */
export interface Channel {
  /**
   * Sends it, and says by its failure whether trying again can help and whether it may have arrived (`unanswered`).
   * `key` is the same for every try.
   */
  deliver(notice: { key: string; message: Message; uncertain: boolean }, signal: AbortSignal): Promise<void>;
}

/** Says that people may have read it before. */
export const REPEAT = '(sent again, because the first time nobody answered)';
