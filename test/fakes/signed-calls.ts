import type { CallParameters } from '../../shared/protocol/calls.ts';
import type { Client } from './client.ts';
import type { Panel } from './server.ts';

/** A person at their own device trusts a definition, which the daemon has to know. */
export async function trustAs(by: Client & Panel, definition: string): Promise<void> {
  const challenge = await by.call('challenge', { subject: { kind: 'trust', definition } });
  await by.call('trust', { definition, signature: by.key.sign(challenge, by) });
}

/** A person at their own device signs the start of what is trusted, without inputs. Gives the run. */
export async function startAs(
  by: Client & Panel,
  definition: string,
  more: Pick<CallParameters<'start'>, 'graph' | 'page'> = {},
): Promise<string> {
  const inputs = {};
  const challenge = await by.call('challenge', { subject: { kind: 'start', definition, inputs } });
  const signature = by.key.sign(challenge, by);
  return (await by.call('start', { definition, inputs, signature, ...more })).run;
}
