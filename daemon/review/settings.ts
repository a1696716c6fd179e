import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { cronTrouble } from '../engine/cron-triggers.ts';

const cron = z.string().superRefine((text, context) => {
  const trouble = cronTrouble(text);
  if (trouble) context.addIssue(trouble);
});

/** `review` in the configuration: what is done by itself, and nothing of it by default. */
export const reviewSchema = z
  .strictObject({
    /** When the review of each configured graph is written as its page, in the configuration's zone. */
    cron,
    /** Folders of repositories whose files pages name: each path in backticks is looked for there. */
    repositories: z.array(z.string().refine(isAbsolute, 'must be an absolute path')),
    /** Whether registries and GitHub are asked about the releases and pull requests that pages name. */
    outside: z.boolean(),
    /** Workflows that are rehearsed by themselves: a shipped one, a file or a page. With all inputs its reads are tried, too. */
    rehearse: z.array(
      z.strictObject({ workflow: z.string(), cron, inputs: z.record(z.string(), z.json()).optional() }),
    ),
  })
  .partial();
