import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CALLS } from '../../../shared/protocol/calls.ts';
import { PROTOCOL_LIMITS } from '../../../shared/protocol/limits.ts';
import type { Client } from '../../fakes/client.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createTestServer, type TestServer } from '../../fakes/server.ts';

let here: TestServer;
let bystander: Client;
beforeEach(async () => {
  here = await createTestServer();
  bystander = await here.plugin('Bystander');
});
afterEach(async () => {
  // Whatever was done to one connection, another has noticed nothing.
  await expect(bystander.call('status')).resolves.toBeDefined();
  await here.remove();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a connection is ended', () => {
  it('when it says nothing for five seconds, before hello or before its proof [ui.server.silent]', async () => {
    const panel = await here.panel();
    const mute = await here.open();
    const half = await here.open({ origin: here.origin });
    half.hello({ kind: 'device', device: panel.device });
    await half.until(() => half.frames.length > 0);
    here.clock.advanceTo(here.clock.now() + PROTOCOL_LIMITS.helloMs);
    expect(await mute.closed).toMatchObject({ code: 4408, refused: { code: 'silent' } });
    expect(await half.closed).toMatchObject({ code: 4408, refused: { code: 'silent' } });
  });

  it('when a frame is larger than 1 MiB, before the hello as after it [ui.server.size]', async () => {
    const text = 'x'.repeat(PROTOCOL_LIMITS.frameBytes);
    for (const client of [await here.open(), await here.plugin()]) {
      client.send({ id: 1, call: 'runs.list', with: { search: text } });
      expect(await client.closed).toMatchObject({ code: 4413, refused: { code: 'size' } });
    }
    const huge = await here.plugin();
    huge.send(text.repeat(4));
    expect((await huge.closed).code).toBe(1009);
  });

  it('takes a frame of 1 MiB [ui.server.size]', async () => {
    const plugin = await here.plugin();
    const frame = (search: string): string => JSON.stringify({ id: 1, call: 'runs.list', with: { search } });
    plugin.send(frame('x'.repeat(PROTOCOL_LIMITS.frameBytes - frame('').length)));
    await plugin.until(() => plugin.frames.some((each) => 'id' in each));
    expect(plugin.frames.at(-1)).toMatchObject({ failure: { code: 'call.parameters' } });
  });

  it.each([
    ['no JSON', 'hello'],
    ['half a JSON', '{"id":1,'],
    ['another kind of JSON', '[]'],
    ['an unknown frame', '{"subscribe":"all"}'],
    ['a call with more in it', '{"id":1,"call":"status","extra":1}'],
    ['a second hello', '{"hello":{"protocol":1,"version":"1","as":{"kind":"plugin","token":"x"}}}'],
    ['an answer to nothing', '{"id":7,"ok":1}'],
  ])('for %s [ui.server.frames]', async (_what, text) => {
    const plugin = await here.plugin();
    plugin.send(text);
    expect(await plugin.closed).toMatchObject({ code: 4400, refused: { code: 'frame' } });
  });

  it.each([
    ['plugin', ['call.right', 'call.right', 'call.parameters']],
    ['panel', ['call.parameters', 'input.unknown', 'call.parameters']],
  ] as const)(
    'not for JSON that is nested too deep: a %s is answered, and goes on [ui.server.frames]',
    async (kind, codes) => {
      const client = await here[kind]();
      const known = await here.test.engine.propose(workflowOf(step('one', 'act.read', { with: { name: 'one' } })));
      const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
      for (const [id, text] of [
        `"call":"start","with":${deep}`,
        `"call":"start","with":{"definition":"${known}","inputs":${deep}}`,
        `"call":"runs.list","with":${deep}`,
      ].entries())
        client.send(`{"id":${id},${text}}`);
      const said = () => client.frames.flatMap((frame) => ('failure' in frame ? [[frame.id, frame.failure.code]] : []));
      await client.until(() => said().length === codes.length);
      expect(Object.fromEntries(said())).toEqual({ ...codes });
      expect(await client.call('status')).toMatchObject({ version: expect.any(String) as string });
    },
  );

  it('for bytes instead of text [ui.server.frames]', async () => {
    const plugin = await here.plugin();
    plugin.socket.send(Buffer.from('{"id":1,"call":"status"}'));
    expect(await plugin.closed).toMatchObject({ code: 4400 });
  });

  it('when it calls too often, and goes on at its rate when it does not [ui.server.rate]', async () => {
    const flood = await here.plugin();
    for (let id = 0; id <= PROTOCOL_LIMITS.burst; id += 1) {
      flood.send({ id, call: 'nothing' });
      if (id % 32 === 0) await turn();
    }
    expect(await flood.closed).toMatchObject({ code: 4429, refused: { code: 'rate' } });
    const steady = await here.plugin();
    for (let calls = 0; calls < 2 * PROTOCOL_LIMITS.burst; calls += 1) {
      here.clock.advanceTo(here.clock.now() + 1000 / PROTOCOL_LIMITS.callsPerSecond);
      await steady.call('proposals').catch((error: { code: string }) => expect(error.code).toBe('call.right'));
    }
  });

  it('when it floods with pings [ui.server.rate]', async () => {
    const flood = await here.plugin();
    const pongs: string[] = [];
    flood.socket.on('pong', (data: Buffer) => pongs.push(data.toString()));
    flood.socket.ping('hello');
    for (let pings = 0; pings < PROTOCOL_LIMITS.burst; pings += 1) flood.socket.ping('x'.repeat(125));
    expect(await flood.closed).toMatchObject({ code: 4429 });
    expect(pongs[0]).toBe('hello');
  });

  it('counts a large call as several [ui.server.rate]', async () => {
    const flood = await here.plugin();
    const blocks = [{ content: 'x'.repeat(1_000_000), children: [] }];
    for (let id = 0; id < 20; id += 1) flood.send({ id, call: 'page.read', with: { graph: 'g', page: 'p', blocks } });
    expect(await flood.closed).toMatchObject({ code: 4429 });
  });

  it('when it has more than 64 calls open, or calls under a number that is not answered [ui.server.rate]', async () => {
    let answer = (): void => undefined;
    here.means.sandboxLevel = () => new Promise((resolve) => (answer = () => resolve({ level: 'none', why: '' })));
    const own = await createTestServer({}, { sandboxLevel: here.means.sandboxLevel });
    const many = await own.plugin();
    for (let id = 0; id <= PROTOCOL_LIMITS.openCalls; id += 1) many.send({ id, call: 'status' });
    expect(await many.closed).toMatchObject({ code: 4429 });
    const twice = await own.plugin();
    for (let times = 0; times < 2; times += 1) twice.send({ id: 1, call: 'status' });
    expect(await twice.closed).toMatchObject({ code: 4400 });
    answer();
    await own.remove();
  });

  it('when it reads too slowly; it goes on at its cursor, and what it missed was not kept for it [ui.server.slow]', async () => {
    const slow = await here.plugin();
    await slow.call('subscribe', { runs: 'all', after: 0 });
    slow.socket.pause();
    const value = 'x'.repeat(400_000);
    const steps = Array.from({ length: 120 }, (_, index) =>
      step(`s${index}`, 'act.read', { with: { name: 'one', value } }),
    );
    await here.test.run(workflowOf(...steps));
    const connected = here.server.connected();
    for (let turns = 0; here.server.connected() === connected; turns += 1) {
      expect(turns).toBeLessThan(1_000);
      for (let quiet = 0; quiet < 50; quiet += 1) await turn();
      here.clock.advanceTo(here.clock.now() + 100);
    }
    slow.socket.resume();
    expect(await slow.closed).toMatchObject({ code: 4409, refused: { code: 'slow' } });
    // All that was on its way: what the system buffers, and little of ours.
    expect(slow.upTo).toBeLessThan(here.test.journal.head() / 2);
    const again = await here.open();
    again.hello({ kind: 'plugin', token: (slow as unknown as { token: string }).token });
    await again.welcomed();
    await again.call('subscribe', { runs: 'all', after: slow.upTo });
    await again.until(() => again.upTo === here.test.journal.head());
    const seen = [...slow.events, ...again.events].map(({ pos }) => pos);
    expect(seen).toEqual(Array.from({ length: here.test.journal.head() }, (_, index) => index + 1));
  });
});

describe('a call is refused, and the connection stays', () => {
  it('when it is unknown, or does not fit [ui.server.frames]', async () => {
    const plugin = await here.plugin();
    const call = plugin.call as (name: string, parameters?: unknown) => Promise<unknown>;
    for (const name of ['nothing', '__proto__', 'constructor', 'toString', 'graph.call', '']) {
      await expect(call(name), name).rejects.toMatchObject({ code: 'call.unknown' });
    }
    for (const [name, parameters] of [
      ['status', { more: 1 }],
      ['subscribe', { runs: 'some', after: 0 }],
      ['subscribe', { runs: 'all', after: -1 }],
      ['runs.list', { limit: 1e9 }],
      ['run.events', { run: '', after: 0 }],
      ['page.read', { graph: 'g', page: 'p', blocks: [{ content: 1 }] }],
      ['propose', { wish: { kind: 'sign', run: 'r' } }],
    ] as const) {
      await expect(call(name, parameters), name).rejects.toMatchObject({ code: 'call.parameters' });
    }
    await expect(plugin.call('status')).resolves.toBeDefined();
  });

  it.each([500, 2_000, 10_000, 20_000])(
    'when a page is nested %i deep, or read as one [ui.server.frames]',
    async (depth) => {
      const plugin = await here.plugin();
      const blocks = `${'[{"content":"x","children":'.repeat(depth)}[]${'}]'.repeat(depth)}`;
      plugin.send(`{"id":1,"call":"page.read","with":{"graph":"g","page":"p","blocks":${blocks}}}`);
      await plugin.until(() => plugin.frames.some((frame) => 'id' in frame));
      const answer = plugin.frames.at(-1)!;
      if ('failure' in answer) expect(answer.failure.code).toBe('call.parameters');
      else expect(answer).toEqual({ id: 1, ok: null });
    },
  );

  it('when its answer would be too large [ui.server.size]', async () => {
    const plugin = await here.plugin();
    const options = ['x'.repeat(PROTOCOL_LIMITS.frameBytes)];
    const { run } = await here.test.run(workflowOf(node('ask', 'which', { question: 'Which?', options })));
    await expect(plugin.call('requests', { run })).rejects.toMatchObject({ code: 'call.size' });
    await expect(plugin.call('run.definition', { run })).rejects.toMatchObject({ code: 'call.size' });
  });
});

it('sends an event that is too large with its texts cut and marked, live as in pieces [ui.server.cut]', async () => {
  const plugin = await here.plugin();
  await plugin.call('subscribe', { runs: 'all', after: 0 });
  const value = {
    text: '😀'.repeat(600_000),
    list: Array.from({ length: 100_000 }, (_, index) => index),
    small: 'kept',
  };
  const { run } = await here.test.run(workflowOf(step('one', 'act.read', { with: { name: 'one', value } })));
  await plugin.until(() => plugin.upTo === here.test.journal.head());
  const pieces = [];
  for (let after = 0, done = false; !done;) {
    const piece = await plugin.call('run.events', { run, after });
    pieces.push(...piece.events);
    after = pieces.at(-1)!.seq;
    done = piece.done;
  }
  expect(pieces).toEqual(plugin.events);
  expect(plugin.events.map(({ seq }) => seq)).toEqual(here.test.engine.events(run).map(({ seq }) => seq));
  for (const event of plugin.events) expect(JSON.stringify(event).length).toBeLessThan(PROTOCOL_LIMITS.frameBytes);
  const ended = plugin.events.find(({ type, node: key }) => type === 'node.completed' && key.endsWith('one'));
  const { output } = ended!.payload as { output: typeof value };
  expect(output.small).toBe('kept');
  expect(output.text).toMatch(/^(😀)+… \(cut, 1200000 characters in all\)$/u);
  expect(output.list.at(-1)).toMatch(/more were cut/);
});

it('refuses every call of a person to a plugin, whatever its parameters [ui.server.propose-only]', async () => {
  const plugin = await here.plugin();
  const signing = Object.entries(CALLS).filter(([, { right }]) => right === 'sign');
  expect(signing.length).toBeGreaterThan(12);
  for (const [name] of signing) {
    await expect(plugin.call(name as 'people'), name).rejects.toMatchObject({ code: 'call.right' });
  }
});
