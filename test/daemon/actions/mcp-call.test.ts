import { afterEach, expect, it } from 'vitest';
import { mcpCall, noTools, type ToolPort } from '../../../daemon/actions/mcp-call.ts';
import { sqliteManifests } from '../../../daemon/journal/manifests.ts';
import { hashManifest } from '../../../daemon/mcp/manifest.ts';
import { toolPort } from '../../../daemon/mcp/tool-port.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { STDIO_SERVER, testServers, type TestServers } from '../../fakes/mcp/servers.ts';
import { INJECTION } from '../../fakes/mcp/tools.ts';
import { step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Node } from '../../../shared/workflow/definition.ts';

const ada = createSigner('Ada');
let test: TestEngine;
let tools: TestServers;
afterEach(async () => {
  await tools.servers.close();
  test.remove();
});

const persona = {
  id: 'tester',
  actions: ['mcp.call'],
  secrets: [],
  tools: { stdio: ['*'] },
};

/** A real engine and a real server, whose tools a person has trusted by a signature in the journal. */
async function open(trusted = true): Promise<void> {
  const port: ToolPort = {
    effect: (...call) => toolPort(tools.servers).effect(...call),
    call: (...call) => toolPort(tools.servers).call(...call),
  };
  test = await createTestEngine({
    options: {
      actions: new Map([['mcp.call', mcpCall(port)]]),
      personas: () => new Map([['tester', persona]]),
      owner: ownersOf(ada),
    },
  });
  tools = testServers({ stdio: STDIO_SERVER }, { store: sqliteManifests(test.database, test.journal) });
  if (trusted) await trust();
}

async function trust(): Promise<string> {
  const { hash } = await tools.servers.inspect('stdio');
  await test.engine.trust(hash, ada.sign(test.engine.challenge({ kind: 'trust', definition: hash })));
  return hash;
}

const callOf = (tool: string, args: JsonObject = {}, more: JsonObject = {}) =>
  step('call', 'mcp.call', { with: { server: 'stdio', tool, arguments: args, ...more } });

/** The servers are real processes: what they do takes real time, which the simulated clock does not see. */
async function run(node: Node): Promise<RunState> {
  const id = await test.engine.start({
    definition: workflowOf(node),
    inputs: {},
    by: { kind: 'person', name: 'Ada' },
  });
  return test.engine.settled(id);
}

it('runs in a step, its answer marked as coming from elsewhere [personas.mcp.misbehaviour]', async () => {
  await open();
  const state = await run(callOf('inject'));
  expect(state.status).toBe('completed');
  expect(state.nodes.get('work/call')?.output).toEqual({ text: INJECTION, structured: null, other: [], tainted: true });
});

it('is refused before its server is trusted, and runs after a signature under exactly its tools [personas.mcp.trust]', async () => {
  await open(false);
  const refused = await run(callOf('add', { a: 1, b: 2 }));
  expect(refused).toMatchObject({ status: 'failed', failure: { code: 'mcp.untrusted' } });
  const { hash, manifest } = await tools.servers.inspect('stdio');
  expect(hash).toBe(hashManifest({ ...manifest, tools: manifest.tools.toReversed() }));
  const { shown } = test.engine.challenge({ kind: 'trust', definition: hash });
  expect(shown).toMatchObject({ manifest: hash, launch: { command: STDIO_SERVER.command } });
  expect(JSON.stringify(shown)).toContain('crash_writing');
  expect(() => test.engine.challenge({ kind: 'start', definition: hash, inputs: {} })).toThrow(/no definition/);
  await trust();
  const state = await run(callOf('add', { a: 1, b: 2 }));
  expect(state.nodes.get('work/call')?.output).toMatchObject({ text: '3', structured: { sum: 3 } });
});

it('does what the trusted annotations say, and more where the step says so, never less [personas.mcp.effects]', async () => {
  await open();
  const { effect } = mcpCall(toolPort(tools.servers));
  const of = (tool: string, said?: 'read' | 'repeatable' | 'write') =>
    (effect as (input: object) => string)({ server: 'stdio', tool, ...(said ? { effect: said } : {}) });
  expect(['add', 'set', 'note', 'unheard_of'].map((tool) => of(tool))).toEqual([
    'read',
    'repeatable',
    'write',
    'write',
  ]);
  expect(of('add', 'write')).toBe('write');
  expect(of('note', 'read')).toBe('write');
  expect((mcpCall(noTools).effect as (input: object) => string)({ server: 'x', tool: 'y' })).toBe('write');
});

it('leaves a write that was never answered to a person [personas.mcp.misbehaviour]', async () => {
  await open();
  const state = await run(callOf('crash_writing'));
  expect(state.status).toBe('waiting');
  expect(test.engine.requests(state.run)).toMatchObject([
    { kind: 'ask', question: expect.stringContaining('call') as string },
  ]);
});

it('fails where the tool answers with an error, and says what it said', async () => {
  await open();
  const state = await run(callOf('fails'));
  expect(state.failure).toMatchObject({
    code: 'mcp.tool_failed',
    message: expect.stringContaining('no such thing') as string,
  });
});
