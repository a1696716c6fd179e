import type { Services } from '../actions/action.ts';
import type { Clock } from '../clock.ts';

/** What channels need of the daemon. */
export interface ChannelMeans {
  clock: Clock;
  services: Pick<Services, 'fetch'>;
  readSecret(name: string): Promise<string>;
}
