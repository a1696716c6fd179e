import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createModels, type ModelsConfig } from '../../../daemon/agent/models.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { openAgentDesk } from '../../fakes/agent.ts';
import { startModelServer, type Reply } from '../../fakes/model-server.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

const PROCESS = fileURLToPath(new URL('../../fakes/agent-process.ts', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../../daemon/runtime.mjs', import.meta.url));

/** One run with the model at an endpoint, through the provider's own library. */
async function runAt(replies: Reply[], configOf: (url: string) => ModelsConfig) {
  const server = await startModelServer(replies);
  const models = createModels(configOf(server.url), { read: (name) => Promise.resolve(`the value of ${name}`) });
  const chosen = await models.choose(undefined);
  const desk = await openAgentDesk(() => chosen);
  try {
    const definition = workflowOf(step('agent', 'agent.run', { with: { task: 'Add.' } }));
    const id = await desk.test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
    const state = await desk.test.engine.settled(id);
    return { node: state.nodes.get('work/agent')!, asked: server.asked };
  } finally {
    await desk.close();
    await server.close();
  }
}

describe('over HTTP', () => {
  const add: Reply = { call: ['stdio__add', { a: 1, b: 2 }] };

  it.each([
    [
      'Anthropic',
      (url: string): ModelsConfig => ({ one: { kind: 'anthropic', url: `${url}/v1`, model: 'm' } }),
      '/v1/messages',
      'the value of ANTHROPIC_API_KEY',
    ],
    [
      'an endpoint in the form of OpenAI',
      (url: string): ModelsConfig => ({
        one: { kind: 'openai-compatible', url: `${url}/v1`, key: 'MY_KEY', model: 'm' },
      }),
      '/v1/chat/completions',
      'Bearer the value of MY_KEY',
    ],
    [
      'Ollama',
      (url: string): ModelsConfig => ({ one: { kind: 'ollama', url, model: 'm' } }),
      '/v1/chat/completions',
      '',
    ],
  ])('speaks to %s with its tools and its key [personas.agent.providers]', async (_name, config, path_, key) => {
    const { node, asked } = await runAt([add, { text: 'Three.' }], config);
    expect(node).toMatchObject({
      status: 'completed',
      output: { text: 'Three.', turns: 2, tokens: { input: 100, output: 10 } },
    });
    expect(asked.map((one) => [one.path, one.key])).toEqual([
      [path_, key],
      [path_, key],
    ]);
    expect(JSON.stringify(asked[0]!.body['tools'])).toContain('stdio__add');
    expect(JSON.stringify(asked[1]!.body['messages'])).toContain('stdio/add');
  });

  it('says what to do about an answer that is none, and about an endpoint that is not there [personas.agent.failures]', async () => {
    const config = (url: string): ModelsConfig => ({
      one: { kind: 'openai-compatible', url: `${url}/v1`, key: 'MY_KEY', model: 'm' },
    });
    const refused = await runAt([{ status: 401, message: 'Incorrect API key' }], config);
    expect(refused.node.failure).toMatchObject({
      code: 'agent.key',
      message: expect.stringMatching(/Incorrect API key.*MY_KEY/),
    });
    const long = 'This model’s maximum context length is 8192 tokens.';
    const overflow = await runAt([{ status: 400, message: long }], config);
    expect(overflow.node.failure).toMatchObject({ code: 'agent.context_overflow' });
    const gone = await listenOnLoopback(() => undefined);
    await gone.close();
    const missing = await runAt([], () => ({ one: { kind: 'ollama', url: gone.url, model: 'm' } }));
    expect(missing.node.failure).toMatchObject({
      code: 'agent.unreachable',
      retryable: true,
      message: expect.stringContaining(gone.url),
    });
  });

  it('knows its models by name, and says which there are [personas.agent.providers]', async () => {
    const models = createModels({ small: { kind: 'ollama', model: 'm' } }, { read: () => Promise.resolve('') });
    await expect(models.choose('smal')).rejects.toMatchObject({
      message: expect.stringContaining('Did you mean small?'),
    });
    expect(await createModels({}, { read: () => Promise.resolve('') }).choose(undefined)).toBeUndefined();
  });
});

it('repeats neither a turn nor a write when its process is killed in the middle [personas.agent.restart]', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'stagebook-agent-'));
  const counted = new Map<string, number>();
  const counter = await listenOnLoopback((request, response) => {
    const key = request.url ?? '';
    if (request.method === 'POST') counted.set(key, (counted.get(key) ?? 0) + 1);
    response.writeHead(counted.has(key) ? 201 : 404).end();
  });
  const server = await startModelServer([{ call: ['stagebook__act_post', {}] }, 'silence', { text: 'Counted.' }]);
  const begin = () => {
    const options = JSON.stringify({ directory, model: server.url, counter: counter.url });
    const child = spawn(process.execPath, ['--import', RUNTIME, PROCESS, options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    return { child, ended: once(child, 'close').then(() => out) };
  };
  try {
    const first = begin();
    await expect.poll(() => server.asked.length, { timeout: 30_000 }).toBe(2);
    first.child.kill('SIGKILL');
    expect(await first.ended).toBe('');
    const second = begin();
    expect(JSON.parse(await second.ended)).toMatchObject({
      status: 'completed',
      output: { text: 'Counted.', turns: 2, calls: [{ tool: 'act.post', ok: true }] },
    });
    // The turn that nobody answered was asked again, and only that.
    expect(server.asked).toHaveLength(3);
    expect(server.asked[2]!.body['messages']).toEqual(server.asked[1]!.body['messages']);
    expect([...counted.values()]).toEqual([1]);
  } finally {
    await server.close();
    await counter.close();
    await rm(directory, { recursive: true, force: true });
  }
});
