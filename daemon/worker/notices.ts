import type { JsonObject } from '../../shared/json.ts';
import type { ChannelName } from '../notices/channel.ts';
import type { Notices } from '../notices/notices.ts';

/** Messages of a step that runs away from the hub: they are on the run's own record, and the hub sends them, once each. */
export function workerNotices(
  channels: ReadonlySet<string>,
  tell: (key: string, deed: JsonObject) => Promise<void>,
): Notices {
  return {
    trouble: (channel: ChannelName) =>
      channels.has(channel)
        ? undefined
        : `${channel} is not configured. Put it under notify.${channel} in the configuration of the hub and of its workers.`,
    async queue(channel, key, _run, message) {
      await tell(key, { do: 'notice', channel, message: { ...message } });
      return { already: false };
    },
    // Asked again, it is told again under the same key, and sent once.
    find: () => undefined,
  };
}
