import { z } from 'zod';
import type { ChannelName, Message } from '../notices/channel.ts';
import { desktopCommand } from '../notices/desktop.ts';
import { defineAction, type Action, type ActionContext } from './action.ts';

const title = z.string().min(1).meta({ description: 'One line.' });
const text = z.string().default('');
const links = z
  .array(z.strictObject({ text: z.string(), url: z.string() }))
  .default([])
  .meta({ description: 'Those without an address are left out.' });

const output = z.object({
  queued: z
    .boolean()
    .meta({ description: 'On record, and on its way as soon as there is one. False: not configured.' }),
  reason: z.string().meta({ description: 'Why it is not queued; empty when it is.' }),
  channel: z.string(),
});
type Output = z.infer<typeof output>;

type Said = Pick<Message, 'title'> & Partial<Message>;

/**
 * Queues the message: the step is complete when it is on record, and the incident goes on while the network is away. Where the
 * channel is not configured, that is said and stops nothing.
 */
async function queue(channel: ChannelName, context: ActionContext, said: Said): Promise<Output> {
  const { notices } = context.services;
  const trouble = notices ? notices.trouble(channel) : 'Nothing can be sent from here.';
  if (!notices || trouble !== undefined) return { queued: false, reason: trouble ?? '', channel };
  const reachable = (said.links ?? []).filter(({ url }) => URL.canParse(url));
  await notices.queue(channel, `${channel} ${context.key}`, context.run.id, {
    text: '',
    severity: 'error',
    to: [],
    about: '',
    event: 'trigger',
    source: 'stagebook',
    ...said,
    links: reachable,
  });
  return { queued: true, reason: '', channel };
}

function notify<I>(
  channel: ChannelName,
  summary: string,
  input: z.ZodType<I>,
  messageOf: (input: I) => Said,
): Action<I, Output> {
  return defineAction<I, Output>({
    name: `notify.${channel}`,
    summary,
    effect: 'write',
    input,
    output,
    run: (settings, context) => queue(channel, context, messageOf(settings)),
    verify(_settings, { key, services: { notices } }) {
      const found = notices?.find(`${channel} ${key}`);
      return Promise.resolve(
        found ? { is: 'done', result: { queued: true, reason: '', channel } } : { is: 'not-done' },
      );
    },
  });
}

const slackInput = z.strictObject({ title, text, links });

export const notifySlack = notify<z.infer<typeof slackInput>>(
  'slack',
  'Queues a message for the chat, which goes out as soon as there is a way, once.',
  slackInput,
  (said) => said,
);

const emailInput = z.strictObject({
  title,
  text,
  links,
  to: z.array(z.string()).default([]).meta({ description: 'Addresses; those of the configuration when left out.' }),
});

export const notifyEmail = notify<z.infer<typeof emailInput>>(
  'email',
  'Queues an e-mail, which goes out as soon as there is a way, once.',
  emailInput,
  (said) => said,
);

const pagerdutyInput = z.strictObject({
  title,
  text,
  links,
  about: z.string().min(1).meta({
    description: 'What several messages are about, such as the incident’s name: PagerDuty makes one incident of them.',
  }),
  severity: z.enum(['critical', 'error', 'warning', 'info']).default('critical'),
  event: z.enum(['trigger', 'acknowledge', 'resolve']).default('trigger'),
  source: z.string().default('stagebook').meta({ description: 'What is affected, such as the service.' }),
});

export const notifyPagerduty = notify<z.infer<typeof pagerdutyInput>>(
  'pagerduty',
  'Queues an event for PagerDuty, which pages people as soon as there is a way, once.',
  pagerdutyInput,
  (said) => said,
);

const desktopInput = z.strictObject({ title, text });
const desktopOutput = z.object({
  shown: z.boolean(),
  reason: z.string().meta({ description: 'Why it could not be shown; empty when it was.' }),
});

export const notifyDesktop = defineAction<z.infer<typeof desktopInput>, z.infer<typeof desktopOutput>>({
  name: 'notify.desktop',
  summary: 'Shows a notification on the desktop of this machine, where there is one.',
  effect: 'repeatable',
  input: desktopInput,
  output: desktopOutput,
  touches: { programs: ['notify-send', 'osascript', 'powershell.exe'] },
  async run({ title: head, text: body }, context) {
    const { argv, env } = desktopCommand(process.platform, { title: head, text: body }, process.env);
    try {
      const result = await context.services.process.run(argv, { signal: context.signal, timeoutMs: 10_000, env });
      if (result.exitCode === 0) return { shown: true, reason: '' };
      return {
        shown: false,
        reason: result.stderr.trim().split('\n')[0]!.slice(0, 300) || `It ended with ${result.exitCode}.`,
      };
    } catch (error) {
      if (context.signal.aborted) throw error;
      return { shown: false, reason: error instanceof Error ? error.message : String(error) };
    }
  },
});
