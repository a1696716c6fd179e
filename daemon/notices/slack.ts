import { fail } from '../../shared/failure.ts';
import { ask } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';
import { REPEAT, type Channel, type Message } from './channel.ts';
import type { ChannelMeans } from './means.ts';

/** A webhook that takes what Slack's incoming webhooks take (Mattermost and others do). */
export function slackChannel(config: { webhook: string }, means: ChannelMeans): Channel {
  return {
    async deliver({ message, uncertain }, signal) {
      const url = await means.readSecret(config.webhook);
      if (!URL.canParse(url)) {
        throw fail('invalid', 'slack.address', `The secret ${config.webhook} is not the address of a webhook.`);
      }
      const answer = await ask({ ...means, signal }, 'the chat’s webhook', {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: textOf(message, uncertain) }),
        withinMs: 15_000,
      });
      if (answer.status < 300) return;
      throw refusalFailure({
        area: 'slack',
        who: 'The chat’s webhook',
        status: answer.status,
        header: (name) => answer.headers.get(name),
        detail: answer.text(),
        now: means.clock.now(),
      });
    },
  };
}

/** In Slack's own marks, in which nothing from elsewhere can ping a channel or make a link. */
function textOf({ title, text, links }: Message, uncertain: boolean): string {
  const parts = [
    `*${plain(title)}*${uncertain ? ` ${REPEAT}` : ''}`,
    ...(text === '' ? [] : [plain(text)]),
    ...links
      .filter(({ url }) => /^https?:/.test(url))
      .map((link) => `<${plain(link.url)}|${plain(link.text).replaceAll('|', '/')}>`),
  ];
  return parts.join('\n');
}

const plain = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').slice(0, 3_000);
