import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../../daemon/config.ts';
import { openDaemon } from '../../../daemon/open.ts';
import { markAsDemo } from '../../../daemon/people/unattended.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { agentOver, connectAgent, type TestAgent } from '../../fakes/gateway.ts';
import { createDesk, PROGRAM, type Desk } from '../../fakes/stagebook.ts';

/** Two stages of shipped personas; between them a question to the agent. */
const PAGE = `- {{renderer :stagebook, workflow}} Two stages
- {{renderer :stagebook, stage}} Look
  \`\`\`yaml
  persona: backend
  \`\`\`
\t- {{renderer :stagebook, ask}} Colour
\t  \`\`\`yaml
\t  question: Which colour?
\t  from: agent
\t  options: [red, blue]
\t  \`\`\`
- {{renderer :stagebook, stage}} Ship
  \`\`\`yaml
  persona: devops
  \`\`\`
\t- {{renderer :stagebook, gate}} Ready
\t\t- {{renderer :stagebook, sign-off}} A person agrees
`;

let desk: Desk;
const agents: TestAgent[] = [];
beforeEach(() => void (desk = createDesk()));
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  await desk.remove();
});

async function stdio(...args: string[]): Promise<TestAgent> {
  const environment = { ...process.env, STAGEBOOK_HOME: desk.home, NO_COLOR: '1' } as Record<string, string>;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp', ...args],
    env: environment,
    cwd: desk.folder,
    stderr: 'pipe',
  });
  const agent = await agentOver((client) => client.connect(transport));
  agents.push(agent);
  return agent;
}

/** A person at this desk trusts the server “github” as it is configured. */
async function trustServer(): Promise<void> {
  const daemon = await openDaemon(readConfig(desk.home));
  try {
    const { hash } = await daemon.servers.inspect('github');
    const { person, pin } = markAsDemo(desk.home);
    const challenge = daemon.engine.challenge({ kind: 'trust', definition: hash });
    await daemon.engine.trust(hash, daemon.keys.sign(person, pin, challenge));
  } finally {
    await daemon.close();
  }
}

/** As another process reads it from the journal. */
async function toolCallsOfLast(): Promise<RunState['toolCalls']> {
  const { engine, close } = await openDaemon(readConfig(desk.home), { passive: true });
  const [last] = engine.list({ limit: 1 });
  const { toolCalls } = engine.state(last!.run);
  await close();
  return toolCalls;
}

it('is one server for a person’s own agent, over stdio and HTTP, whose tools change with the stage, and which goes on with another daemon [personas.gateway.stdio] [personas.gateway.restart]', async () => {
  const page = desk.write('two-stages.md', PAGE);
  await desk.demo(page);
  const server = {
    command: process.execPath,
    args: [resolve('test/fakes/mcp/listed-process.ts'), resolve('test/fixtures/mcp-tools/github.json')],
  };
  writeFileSync(`${desk.home}/config.yaml`, JSON.stringify({ mcpServers: { github: server } }));
  await trustServer();
  const up = desk.start('up');
  await up.says('Stagebook is up');
  expect((await desk.run('run', page, '--yes')).code).toBe(3);

  const agent = await stdio('--run', 'last', '--name', 'Claude');
  const before = await agent.names();
  expect(before).toContain('github__search_code');
  expect(before.filter((name) => name.startsWith('github__')).length).toBeGreaterThan(3);
  expect(await agent.text('github__search_code', { query: 'a' })).toBe('search_code was called');
  expect(await agent.text('answer', { answer: 'red' })).toContain('Answered');
  await expect.poll(() => agent.told.toolsChanged).toBeGreaterThan(0);
  const after = await agent.names();
  expect(after).not.toEqual(before);
  expect(await agent.text('answer', { answer: 'yes' })).toContain('agent.not_asked');
  expect(await toolCallsOfLast()).toMatchObject([
    { tool: 'search_code', outcome: 'answered', persona: 'backend', by: { name: 'Claude as backend' } },
    { server: 'stagebook', tool: 'answer', outcome: 'answered' },
    { server: 'stagebook', tool: 'answer', outcome: 'failed' },
  ]);

  const made = await desk.run('mcp', 'token', 'Copilot');
  const token = /only now: (\S+)/.exec(made.out)![1]!;
  const [, port] = /127\.0\.0\.1:(\d+)/.exec((await desk.run('pair', '--panel', '--json')).out)!;
  const overHttp = await connectAgent(`http://127.0.0.1:${port}/mcp?run=last`, token);
  agents.push(overHttp);
  expect(await overHttp.names()).toEqual(after);

  // Another daemon takes over, in the middle of a call that never ends: it fails, and the agent goes on with the new one.
  const session = (overHttp.client.transport as StreamableHTTPClientTransport).sessionId!;
  up.child.kill('SIGKILL');
  await up.ended;
  await expect(agent.names()).rejects.toThrow('stagebook up');
  agent.told.toolsChanged = 0;
  const again = desk.start('up');
  await again.says('Stagebook is up');
  await expect.poll(() => agent.told.toolsChanged, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(await agent.names()).toEqual(after);
  expect(await agent.text('answer', { answer: 'yes' })).toContain('agent.not_asked');
  expect((await toolCallsOfLast()).at(-1)).toMatchObject({ tool: 'answer', by: { name: 'Claude as devops' } });
  const [, now] = /127\.0\.0\.1:(\d+)/.exec((await desk.run('pair', '--panel', '--json')).out)!;
  // Over HTTP a session ends with its daemon, and the agent is told to begin another: 404, as the protocol has it.
  const gone = await fetch(`http://127.0.0.1:${now}/mcp?run=last`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Mcp-Session-Id': session },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  });
  expect(gone.status).toBe(404);
  expect(await gone.text()).toContain('Begin a new one with initialize');
  const anew = await connectAgent(`http://127.0.0.1:${now}/mcp?run=last`, token);
  agents.push(anew);
  expect(await anew.names()).toEqual(after);

  const devices = await desk.run('devices');
  const [, id] = /agent +(\w+) +Copilot/.exec(devices.out)!;
  await desk.run('devices', 'revoke', id!);
  await expect(anew.names()).rejects.toThrow(/401|Unauthorized|closed/i);
});
