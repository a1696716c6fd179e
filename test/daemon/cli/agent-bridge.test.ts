import { expect, it } from 'vitest';
import { AgentBridge } from '../../../daemon/cli/agent-bridge.ts';
import type { AgentChannel } from '../../../daemon/server/agent-channel.ts';
import { fail } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';

/** A bridge whose daemons are made by hand. */
function world() {
  const told: JsonObject[] = [];
  const heard: JsonObject[] = [];
  const timers: (() => void)[] = [];
  const failed: unknown[] = [];
  const next: (Error | 'none' | 'there')[] = [];
  let on: Pick<AgentChannel, 'onmessage' | 'onclose'> = {};
  const bridge = new AgentBridge({
    tell: (message) => void told.push(message as JsonObject),
    async attach(given) {
      const kind = next.shift() ?? 'there';
      if (kind instanceof Error) throw kind;
      if (kind === 'none') return undefined;
      on = given;
      return { send: (message) => void heard.push(message as JsonObject), close: () => undefined };
    },
    after(_, run) {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
    lost: (error) => void failed.push(error),
  });
  const tick = async (): Promise<void> => {
    timers.splice(0).forEach((run) => run());
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    bridge,
    told,
    heard,
    failed,
    next,
    tick,
    timers,
    say: (message: JsonObject) => on.onmessage!(message),
    go: () => on.onclose!(),
  };
}

const hello = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'a' } } };
const ready = { jsonrpc: '2.0', method: 'notifications/initialized' };
const ask = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list' });

it('greets the next daemon as the agent greeted the first, asks nothing twice, and keeps what comes meanwhile [personas.gateway.restart]', async () => {
  const { bridge, told, heard, next, tick, say, go } = world();
  await bridge.begin();
  for (const message of [hello, ready, ask(1)]) bridge.hear(message);
  say({ jsonrpc: '2.0', id: 0, result: {} });
  next.push('none', fail('network', 'daemon.lost', 'gone'));
  go();
  expect(told.at(-1)).toMatchObject({ id: 1, error: { message: expect.stringContaining('stagebook up') as string } });
  bridge.hear(ask(2));
  expect(told.at(-1)).toMatchObject({ id: 2, error: {} });
  for (let daemon = 0; daemon < 3; daemon += 1) await tick();
  heard.splice(0, 3);
  expect(heard).toEqual([{ ...hello, id: 'stagebook-greets-again' }]);
  bridge.hear(ask(3));
  expect(heard).toHaveLength(1);
  told.length = 0;
  say({ jsonrpc: '2.0', id: 'stagebook-greets-again', result: {} });
  expect(heard.slice(1)).toEqual([ready, ask(3)]);
  expect(told.map(({ method }) => method)).toEqual(
    ['tools', 'resources', 'prompts'].map((kind) => `notifications/${kind}/list_changed`),
  );
});

it('ends when it cannot be attached any more, and looks for nobody once it is closed [personas.gateway.restart]', async () => {
  const one = world();
  await one.bridge.begin();
  one.next.push(fail('not-found', 'run.not_found', 'gone'));
  one.go();
  await one.tick();
  expect(one.failed).toMatchObject([{ code: 'run.not_found' }]);
  const other = world();
  await other.bridge.begin();
  other.go();
  other.bridge.close();
  expect(other.timers).toEqual([]);
});

it('subscribes at the next daemon to what the agent was subscribed to, and tells it that this may have changed [personas.gateway.restart]', async () => {
  const { bridge, told, heard, tick, say, go } = world();
  await bridge.begin();
  const about = (method: string, id: number, uri: string) => ({ jsonrpc: '2.0', id, method, params: { uri } });
  const messages = [
    hello,
    ready,
    about('resources/subscribe', 1, 'stagebook://run/1'),
    about('resources/subscribe', 2, 'stagebook://run/2'),
    about('resources/unsubscribe', 3, 'stagebook://run/2'),
    { jsonrpc: '2.0', id: 4, method: 'logging/setLevel', params: { level: 'error' } },
  ];
  for (const message of messages) bridge.hear(message);
  for (const id of [0, 1, 2, 3, 4]) say({ jsonrpc: '2.0', id, result: {} });
  go();
  await tick();
  heard.length = 0;
  told.length = 0;
  say({ jsonrpc: '2.0', id: 'stagebook-greets-again', result: {} });
  expect(heard.map(({ method, params }) => [method, params])).toEqual([
    ['notifications/initialized', undefined],
    ['logging/setLevel', { level: 'error' }],
    ['resources/subscribe', { uri: 'stagebook://run/1' }],
  ]);
  expect(told.at(-1)).toMatchObject({
    method: 'notifications/resources/updated',
    params: { uri: 'stagebook://run/1' },
  });
  const before = told.length;
  for (const { id } of heard) if (id !== undefined) say({ jsonrpc: '2.0', id, result: {} });
  expect(told).toHaveLength(before);
});
