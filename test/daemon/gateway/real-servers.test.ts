import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import { createTestGateway, type TestAgent, type TestGateway } from '../../fakes/gateway.ts';
import { node, workflowOf } from '../../fakes/outline.ts';

const EVERYTHING = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
const FILES = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'));
const MEMORY = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-memory/dist/index.js'));

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'real-servers-')));
mkdirSync(join(folder, 'work'));
writeFileSync(join(folder, 'work', 'notes.txt'), 'the notes');
writeFileSync(join(folder, 'work', '.env'), 'TOKEN=1');
symlinkSync(join(folder, 'work', '.env'), join(folder, 'work', 'innocent.txt'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let gateway: TestGateway;
afterEach(() => gateway.remove());

async function agentOf(
  persona: Omit<PersonaShape, 'id' | 'actions' | 'secrets'>,
  server: string,
  args: string[],
  env = {},
): Promise<TestAgent> {
  gateway = await createTestGateway({
    personas: [{ id: 'tester', actions: [], secrets: [], ...persona }],
    servers: { [server]: { command: process.execPath, args, env } },
  });
  await gateway.servers.trust(server);
  const { run } = await gateway.test.run(workflowOf(node('ask', 'wait', { question: 'Go on?', options: ['yes'] })));
  return gateway.agent(`?run=${run}`);
}

it('passes calls on to the reference server, and its answers back [personas.gateway.tools]', async () => {
  const agent = await agentOf({ tools: { everything: ['echo', 'get-*'] } }, 'everything', [EVERYTHING, 'stdio']);
  expect(await agent.names()).toContain('everything__echo');
  expect(await agent.text('everything__echo', { message: 'héllo' })).toContain('héllo');
  expect((await agent.call('everything__echo', {})).isError).toBe(true);
  const { content } = await agent.call('everything__get-tiny-image');
  expect(content.some(({ type }) => type === 'image')).toBe(true);
});

it('keeps an agent from restricted files, also through a link, of a server that would give them [personas.gateway.tools]', async () => {
  const restricted = { tools: { files: ['read_text_file', 'list_directory'] }, restrictedPaths: ['**/.env'] };
  const agent = await agentOf(restricted, 'files', [FILES, join(folder, 'work')]);
  const read = (name: string): Promise<string> =>
    agent.text('files__read_text_file', { path: join(folder, 'work', name) });
  expect(await read('notes.txt')).toContain('the notes');
  for (const name of ['.env', 'innocent.txt', './x/../.env', '.ENV']) {
    expect(await read(name)).toContain('persona.refused');
  }
  expect(await agent.text('files__write_file', { path: join(folder, 'work', 'a'), content: 'a' })).toContain(
    'persona.refused',
  );
});

it('shares one server between agents [personas.gateway.tools]', async () => {
  const file = join(folder, 'memory.jsonl');
  const agent = await agentOf({ tools: { graph: ['*'] } }, 'graph', [MEMORY], { MEMORY_FILE_PATH: file });
  const { run } = gateway.test.engine.list()[0]!;
  const other = await gateway.agent(`?run=${run}`);
  const entities = [{ name: 'Stagebook', entityType: 'project', observations: ['runs runbooks'] }];
  await agent.call('graph__create_entities', { entities });
  expect(await other.text('graph__read_graph')).toContain('runs runbooks');
  expect(gateway.servers.running.size).toBe(1);
});
