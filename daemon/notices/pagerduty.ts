import { ask } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';
import type { Channel, Message } from './channel.ts';
import type { ChannelMeans } from './means.ts';

/** PagerDuty's Events API v2. What was sent twice is one incident there, by its key. */
export function pagerdutyChannel(config: { key: string; url: string }, means: ChannelMeans): Channel {
  return {
    async deliver({ key, message }, signal) {
      const routingKey = await means.readSecret(config.key);
      const answer = await ask({ ...means, signal }, 'PagerDuty', {
        method: 'POST',
        url: `${config.url.replace(/\/+$/, '')}/v2/enqueue`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(eventOf(routingKey, message.about || key, message)),
        withinMs: 15_000,
      });
      if (answer.status < 300) return;
      throw refusalFailure({
        area: 'pagerduty',
        who: 'PagerDuty',
        status: answer.status,
        header: (name) => answer.headers.get(name),
        detail: answer.text(),
        now: means.clock.now(),
      });
    },
  };
}

function eventOf(routingKey: string, about: string, { event, title, text, links, severity, source }: Message): object {
  const named = { routing_key: routingKey, event_action: event, dedup_key: about.slice(0, 255) };
  if (event !== 'trigger') return named;
  return {
    ...named,
    client: 'Stagebook',
    payload: {
      summary: title.slice(0, 1_024),
      source: source.slice(0, 255) || 'stagebook',
      severity,
      ...(text === '' ? {} : { custom_details: { text } }),
    },
    links: links.map((link) => ({ href: link.url, text: link.text })),
  };
}
