import type { Channel, ChannelName } from './channel.ts';
import type { NotifyConfig } from './config.ts';
import { emailChannel } from './email.ts';
import type { ChannelMeans } from './means.ts';
import { pagerdutyChannel } from './pagerduty.ts';
import { slackChannel } from './slack.ts';

/** The ways to people that are configured. */
export function channelsOf(config: NotifyConfig | undefined, means: ChannelMeans): ReadonlyMap<ChannelName, Channel> {
  const { slack, email, pagerduty } = config ?? {};
  return new Map<ChannelName, Channel>([
    ...(slack ? [['slack', slackChannel(slack, means)] as const] : []),
    ...(email ? [['email', emailChannel(email, means)] as const] : []),
    ...(pagerduty ? [['pagerduty', pagerdutyChannel(pagerduty, means)] as const] : []),
  ]);
}
