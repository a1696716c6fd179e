import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { LATEST_PROTOCOL_VERSION, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { IDLE_MS } from '../../../daemon/mcp/limits.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { httpToolServer, type HttpToolServer } from '../../fakes/mcp/http-server.ts';
import { STDIO_SERVER, testServers, type TestServers } from '../../fakes/mcp/servers.ts';
import { INJECTION } from '../../fakes/mcp/tools.ts';

let http: HttpToolServer;
beforeAll(async () => void (http = await httpToolServer()));
afterAll(() => http.close());

let test: TestServers;
const open = (more: Parameters<typeof testServers>[1] = {}): TestServers =>
  (test = testServers(
    {
      stdio: { ...STDIO_SERVER, env: { GIVEN: '${A_TOKEN}' } },
      http: { url: http.url, headers: { Authorization: 'Bearer ${A_TOKEN}' } },
      off: { ...STDIO_SERVER, disabled: true },
    },
    { secrets: { A_TOKEN: 'tok-1' }, ...more },
  ));
afterEach(async () => {
  await test.servers.close();
  expect([...test.running]).toEqual([]);
});

interface Asked {
  signal?: AbortSignal;
  timeoutMs?: number;
  onProgress?(line: string): void;
}
const call = (server: string, tool: string, args: JsonObject = {}, asked: Asked = {}): Promise<CallToolResult> =>
  test.servers.call(server, tool, args, {
    signal: new AbortController().signal,
    key: 'key',
    onProgress: () => undefined,
    ...asked,
  });
const textOf = ({ content }: CallToolResult): string =>
  content.map((part) => (part.type === 'text' ? part.text : '')).join('');

describe.each(['stdio', 'http'])('a server over %s', (server) => {
  it('is used by its trusted tools, and one process serves everybody [personas.mcp.shared]', async () => {
    await open().trust(server);
    const answers = await Promise.all([1, 2, 3].map((a) => call(server, 'add', { a, b: 1 })));
    expect(answers.map(textOf)).toEqual(['2', '3', '4']);
    expect(answers[0]!.structuredContent).toEqual({ sum: 2 });
    const pids = await Promise.all([call(server, 'pid'), call(server, 'pid')]);
    expect(new Set(pids.map(textOf)).size).toBe(1);
  });

  it('is neither started nor reached before a person trusted it [personas.mcp.trust]', async () => {
    open();
    const before = http.authorizations.length;
    await expect(call(server, 'add', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'mcp.untrusted' });
    expect([...test.running]).toEqual([]);
    expect(http.authorizations.length).toBe(before);
  });

  it('that changes its tools is refused until they are trusted again [personas.mcp.trust]', async () => {
    await open().trust(server);
    await call(server, 'change');
    const refused = expect.objectContaining({
      code: 'mcp.untrusted',
      message: expect.stringMatching(/delete_everything.*stagebook trust --server/) as string,
    }) as unknown;
    await expect.poll(() => call(server, 'add', { a: 1, b: 1 }).catch((error: unknown) => error)).toEqual(refused);
    const [hash] = [...test.store.kept.keys()].slice(-1);
    test.store.trust(hash!);
    expect(textOf(await call(server, 'add', { a: 1, b: 1 }))).toBe('2');
  });

  it('gets no arguments that the tool’s schema does not allow [personas.mcp.arguments]', async () => {
    await open().trust(server);
    const wrong: [JsonObject, RegExp][] = [
      [{ a: 'one', b: 2 }, /a: .*number/],
      [{ a: 1 }, /"b"/],
      [{ a: 1, b: 2, c: 3 }, /c/],
    ];
    for (const [args, message] of wrong) {
      await expect(call(server, 'add', args)).rejects.toMatchObject({
        code: 'mcp.arguments',
        message: expect.stringMatching(message) as string,
      });
    }
    await expect(call(server, 'ad', {})).rejects.toMatchObject({
      code: 'mcp.unknown_tool',
      message: expect.stringContaining('add') as string,
    });
  });

  it('tells of progress while it works [personas.mcp.progress]', async () => {
    await open().trust(server);
    const lines: string[] = [];
    await call(server, 'progress', {}, { onProgress: (line) => void lines.push(line) });
    expect(lines).toEqual(['1/3 part 1', '2/3 part 2', '3/3 part 3']);
  });

  it('is told when nobody wants the answer any more [personas.mcp.cancel]', async () => {
    await open().trust(server);
    const control = new AbortController();
    const hanging = call(server, 'hang', {}, { signal: control.signal });
    await call(server, 'add', { a: 1, b: 1 });
    control.abort(new Error('cancelled here'));
    await expect(hanging).rejects.toThrow('cancelled here');
    await expect.poll(async () => textOf(await call(server, 'notes'))).toContain('cancelled');
  });

  it.each([
    ['crash', /mcp\.crashed|network\.lost/],
    ['hang', /mcp\.timeout/],
    ['huge', /mcp\.unreadable/],
    ['malformed', /mcp\.unreadable/],
  ])('harms by a %s only the call, and is of use again afterwards [personas.mcp.misbehaviour]', async (tool, code) => {
    await open().trust(server);
    const timeoutMs = tool === 'hang' ? 200 : 20_000;
    await expect(call(server, tool, {}, { timeoutMs })).rejects.toMatchObject({
      code: expect.stringMatching(code) as string,
      message: expect.stringMatching(
        tool === 'crash' ? /server/ : new RegExp(`${tool} of the MCP server “${server}”`),
      ) as string,
    });
    expect(textOf(await call(server, 'add', { a: 20, b: 3 }))).toBe('23');
  });

  it('answers with text that stays text [personas.mcp.misbehaviour]', async () => {
    await open().trust(server);
    expect(textOf(await call(server, 'inject'))).toBe(INJECTION);
  });
});

it('harms by a broken answer not the other calls of the same server [personas.mcp.misbehaviour]', async () => {
  await open().trust('stdio');
  const control = new AbortController();
  const other = call('stdio', 'hang', {}, { signal: control.signal });
  const [huge, malformed] = await Promise.allSettled([call('stdio', 'huge'), call('stdio', 'malformed')]);
  expect([huge, malformed]).toMatchObject([
    { reason: { code: 'mcp.unreadable' } },
    { reason: { code: 'mcp.unreadable' } },
  ]);
  control.abort(new Error('that is enough'));
  await expect(other).rejects.toThrow('that is enough');
});

it('shows a server nothing of the environment but places and what its settings name [personas.mcp.environment]', async () => {
  process.env.SECRET_OF_SOMEBODY = 'do not pass on';
  try {
    await open().trust('stdio');
    const seen = JSON.parse(textOf(await call('stdio', 'environment'))) as Record<string, string>;
    expect(seen.GIVEN).toBe('tok-1');
    expect(Object.keys(seen)).not.toContain('SECRET_OF_SOMEBODY');
    expect(JSON.stringify([...test.store.kept.values()])).not.toContain('tok-1');
    await test.trust('http');
    expect(http.authorizations.at(-1)).toBe('Bearer tok-1');
  } finally {
    delete process.env.SECRET_OF_SOMEBODY;
  }
});

it('is ended when nobody has used it for a while, and begins again when it is needed [personas.mcp.idle]', async () => {
  const clock = new SimulatedClock();
  await open({ clock }).trust('stdio');
  const first = textOf(await call('stdio', 'pid'));
  clock.advanceTo(clock.now() + IDLE_MS - 1);
  expect(textOf(await call('stdio', 'pid'))).toBe(first);
  clock.advanceTo(clock.now() + IDLE_MS);
  await expect.poll(() => test.running.size).toBe(0);
  expect(textOf(await call('stdio', 'pid'))).not.toBe(first);
});

it('names the servers that there are', async () => {
  await open().trust('stdio');
  expect(test.servers.names()).toEqual(['stdio', 'http']);
  await expect(call('stdo', 'add')).rejects.toMatchObject({
    code: 'mcp.unknown_server',
    message: expect.stringContaining('stdio') as string,
  });
  await expect(call('off', 'add')).rejects.toMatchObject({
    code: 'mcp.unknown_server',
    message: expect.stringContaining('disabled') as string,
  });
});

it('is done with a server whose list of tools never ends [personas.gateway.misbehaviour]', async () => {
  let asked = 0;
  const endless = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    void json(request).then((body) => {
      const { id, method } = body as { id?: number; method: string };
      if (id === undefined) return response.writeHead(202).end();
      if (method === 'tools/list') asked += 1;
      const hello = {
        protocolVersion: LATEST_PROTOCOL_VERSION,
        capabilities: { tools: {} },
        serverInfo: { name: 'endless', version: '1' },
      };
      const result = method === 'initialize' ? hello : { tools: [], nextCursor: 'more' };
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  try {
    test = testServers({ endless: { url: `http://127.0.0.1:${(endless.address() as AddressInfo).port}/mcp` } });
    await expect(test.servers.inspect('endless')).rejects.toMatchObject({ code: 'mcp.too_many_tools' });
    expect(asked).toBeLessThan(1_000);
  } finally {
    endless.closeAllConnections();
    await new Promise((resolve) => endless.close(resolve));
  }
});
