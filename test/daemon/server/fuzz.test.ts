import { expect, it } from 'vitest';
import { REFUSALS } from '../../../shared/protocol/limits.ts';
import type { ServerFrame } from '../../../shared/protocol/frames.ts';
import { createPanelKey, type Client } from '../../fakes/client.ts';
import { node, workflowOf } from '../../fakes/outline.ts';
import { createTestServer, type TestServer } from '../../fakes/server.ts';

const FRAMES = 20_000;

/** Numbers that look random and are the same each time (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SPLINTERS = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  'true',
  '-1',
  '1e999',
  '0.5',
  '\\u0000',
  '\u0000',
  '\uD83D',
  '"__proto__":',
  '9007199254740993',
  '/*',
  ' ',
];

function mutated(text: string, random: (below: number) => number): string {
  let result = text;
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const at = random(result.length + 1);
    const to = Math.min(result.length, at + random(12));
    switch (random(7)) {
      case 0:
        result = result.slice(0, at) + result.slice(to);
        break;
      case 1:
        result = result.slice(0, at) + SPLINTERS[random(SPLINTERS.length)]! + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + String.fromCharCode(random(0x500)) + result.slice(at + 1);
        break;
      case 3:
        result = result.slice(0, to) + result.slice(at);
        break;
      case 4:
        result = result.slice(0, at);
        break;
      case 5:
        result = result.replace(
          /"[^"]*"|\d+/,
          () => ['[]', '{}', 'null', '""', '-0', `"${'x'.repeat(random(3000))}"`][random(6)]!,
        );
        break;
      case 6:
        result = `${'['.repeat(random(2000))}${result}`;
        break;
    }
  }
  return result;
}

function framesOf(here: TestServer, run: string): { strangers: object[]; known: object[] } {
  const { publicKey } = createPanelKey();
  const subject = { kind: 'sign-off', run, node: 'work/gate', signOff: 'ok' };
  const signature = { person: 'Ada', device: 'd', publicKey, nonce: 'n', digest: 'd', signature: 's', at: 0 };
  const blocks = [
    { uuid: 'u', content: '{{renderer :stagebook, workflow}} A', children: [{ content: 'b', children: [] }] },
  ];
  const calls: [string, object][] = [
    ['status', {}],
    ['subscribe', { runs: 'all', after: 0 }],
    ['subscribe', { runs: [run], after: here.test.journal.head() }],
    ['runs.list', { status: ['running'], graph: 'g', page: 'p', search: 's', before: 5, limit: 5 }],
    ['run.definition', { run }],
    ['run.events', { run, after: 0 }],
    ['run.logs', { run, node: 'work/gate', offset: 0 }],
    ['run.verify', { run }],
    ['requests', { run }],
    ['page.read', { graph: 'g', page: 'p', blocks }],
    ['page.run', { graph: 'g', page: 'p' }],
    ['workflows.page', { name: 'package-release' }],
    ['definition.read', { definition: 'd' }],
    ['propose', { wish: { kind: 'sign-off', run, node: 'work/gate', signOff: 'ok' } }],
    ['graph.attach', { graph: { id: 'g', name: 'G', kind: 'file' } }],
    ['graph.changed', { pages: ['p'] }],
    ['challenge', { subject }],
    ['sign', { run, node: 'work/gate', signOff: 'ok', signature }],
    ['start', { definition: 'd', inputs: { a: 1 }, signature }],
    ['answer', { run, node: 'work/ask', answer: { a: [1, null] } }],
    ['resume', { run, from: 'work' }],
    ['move', { run, definition: 'd', signature }],
  ];
  const hello = (as: object) => ({ hello: { protocol: 1, version: '1.0.0', as } });
  return {
    known: [
      ...calls.map(([call, parameters], id) => ({ id, call, with: parameters })),
      { id: 0, ok: null },
      { id: 0, failure: { code: 'c' } },
    ],
    strangers: [
      hello({ kind: 'plugin', token: 'abc.def' }),
      hello({ kind: 'pairing', code: 'ABCD-EFGH', name: 'Logseq' }),
      hello({ kind: 'device', device: 'd' }),
      hello({ kind: 'enrolling', code: 'ABCD-EFGH', person: 'Ada', pin: '123456', publicKey }),
      { proof: { signature: 's' } },
    ],
  };
}

const answers = (frame: ServerFrame): boolean =>
  'refused' in frame || 'prove' in frame || 'welcome' in frame || ('id' in frame && !('call' in frame));

it('answers each of 20,000 mutated frames with a code, and nobody else notices [ui.server.fuzz]', async () => {
  const here = await createTestServer();
  const random = seeded(7717);
  const { run } = await here.test.run(
    workflowOf(node('gate', 'gate', {}, node('sign-off', 'ok')), node('ask', 'ask', { question: '?' })),
  );
  const { token } = await here.plugin();
  const panel = await here.panel();
  const bystander = await here.plugin('Bystander');
  await bystander.call('subscribe', { runs: 'all', after: 0 });
  const { known, strangers } = framesOf(here, run);
  const enter = {
    stranger: () => here.open({ origin: here.origin }),
    plugin: async () => {
      const client = await here.open();
      client.hello({ kind: 'plugin', token });
      await client.welcomed();
      return client;
    },
    panel: () => here.again(panel),
  };
  const codes = new Map<string, number>();
  const clients = new Map<keyof typeof enter, Client>();
  for (let sent = 0; sent < FRAMES; sent += 1) {
    const who = (['stranger', 'stranger', 'plugin', 'plugin', 'plugin', 'panel'] as const)[random(6)]!;
    const client = clients.get(who) ?? (await enter[who]());
    clients.set(who, client);
    const frames = who === 'stranger' ? strangers : known;
    const text = mutated(JSON.stringify(frames[random(frames.length)]), random);
    const before = client.frames.length;
    client.send(text);
    let answer: ServerFrame | undefined;
    await client.until(() => (answer = client.frames.slice(before).find(answers)) !== undefined).catch(() => undefined);
    expect(answer, `nothing came for ${text}`).toBeDefined();
    const refused = 'refused' in answer! ? answer.refused.code : undefined;
    if (refused !== undefined) {
      expect((await client.closed).code).toBe(REFUSALS[refused]);
      clients.delete(who);
    } else if (who === 'stranger') {
      await client.close();
      clients.delete(who);
    }
    const code = refused ?? ('failure' in answer! ? answer.failure.code : 'ok');
    expect(code).not.toBe('internal.error');
    codes.set(code, (codes.get(code) ?? 0) + 1);
    here.clock.advanceTo(here.clock.now() + 20);
    if (sent % 1_000 === 0) await bystander.call('status');
  }
  expect([...codes.values()].reduce((sum, count) => sum + count, 0)).toBe(FRAMES);
  expect([...codes.keys()]).toEqual(
    expect.arrayContaining(['frame', 'token', 'call.unknown', 'call.parameters', 'call.right', 'ok']),
  );
  // What hardly any mutation can be: a change of somebody's rights, or a decision.
  expect(here.test.engine.state(run).status).toBe('waiting');
  await bystander.until(() => bystander.upTo === here.test.journal.head());
  expect(bystander.events).toEqual(here.test.journal.since(0, 100_000));
  await here.remove();
}, 300_000);
