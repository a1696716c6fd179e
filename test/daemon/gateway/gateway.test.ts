import { EmptyResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { enrol } from '../../../daemon/people/enrol.ts';
import { budgetLimit, type BudgetLimit } from '../../../daemon/personas/budget-limit.ts';
import { receiptsOf } from '../../../shared/run/receipts.ts';
import { timeline } from '../../../shared/run/timeline.ts';
import { PIN } from '../../fakes/server.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import { createTestGateway, type GatewayOptions, type TestAgent, type TestGateway } from '../../fakes/gateway.ts';
import { STDIO_SERVER } from '../../fakes/mcp/servers.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

const OWN = [
  'current_stage',
  'read_memory',
  'remember',
  'answer',
  'note',
  'search_graph',
  'read_page',
  'append_to_page',
  'propose_edit',
];
const READS = ['current_stage', 'search_graph', 'read_page'];

const first: PersonaShape = {
  id: 'first',
  actions: ['act.*', 'page.*'],
  secrets: [],
  tools: { files: ['add', 'note', 'read_file', 'crash', 'huge', 'malformed', 'inject', 'fails', 'progress'] },
  restrictedPaths: ['**/.env'],
  requireApprovalFor: ['note'],
};
const second: PersonaShape = { id: 'second', actions: ['act.*'], secrets: [], tools: { other: ['pid', 'set'] } };

/** Two stages of two personas; in the first an agent and then a person is asked. */
const twoStages: Definition = {
  language: 1,
  header: node('workflow', 'two_stages'),
  body: [
    node(
      'stage',
      'one',
      { persona: 'first' },
      node('ask', 'for_agent', { question: 'What is it?', from: 'agent', options: ['red', 'blue'] }),
      node('ask', 'for_person', { question: 'May it?', options: ['yes', 'no'] }),
    ),
    node(
      'stage',
      'two',
      { persona: 'second' },
      node('gate', 'ready', {}, node('sign-off', 'ada', {})),
      step('done', 'act.read', { with: { name: 'done' } }),
    ),
  ],
};

let gateway: TestGateway;
afterEach(() => gateway.remove());

async function open(more: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  gateway = await createTestGateway({
    personas: [first, second],
    servers: { files: STDIO_SERVER, other: STDIO_SERVER },
    ...more,
  });
  return gateway;
}

async function started(definition = twoStages, more: object = {}): Promise<RunState> {
  return gateway.test.run(definition, {}, more);
}

const person = { kind: 'person', name: 'Ada' } as const;

/** Answers what stands before the second stage, as a person. */
async function toSecondStage(run: string): Promise<void> {
  await gateway.test.engine.answer(run, 'one/for_agent', 'red', person);
  await gateway.test.engine.settled(run);
  await gateway.test.engine.answer(run, 'one/for_person', 'yes', person);
}

describe('the tools of the persona in force', () => {
  it('are what a session that is attached to a run gets, and another stage has others, without reconnecting [personas.gateway.tools]', async () => {
    await open();
    await gateway.servers.trust('files');
    await gateway.servers.trust('other');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toEqual([
      ...OWN,
      ...['add', 'note', 'progress', 'fails', 'read_file', 'crash', 'huge', 'malformed', 'inject'].map(
        (tool) => `files__${tool}`,
      ),
    ]);
    expect(await agent.text('files__add', { a: 1, b: 2 })).toBe('3');
    await toSecondStage(run);
    await expect.poll(() => agent.told.toolsChanged).toBe(1);
    expect(agent.told.lines).toEqual(['The stage is “two”; you work as second.']);
    expect(await agent.names()).toEqual([...OWN, 'other__set', 'other__pid']);
    expect(Number(await agent.text('other__pid'))).toBeGreaterThan(0);
    expect((await agent.call('files__add', { a: 1, b: 2 })).isError).toBe(true);
  });

  it('are none before a person trusted the server [personas.gateway.tools]', async () => {
    await open();
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toEqual(OWN);
    expect(await agent.text('files__add', { a: 1, b: 2 })).toContain('persona.refused');
    expect([...gateway.servers.running]).toEqual([]);
  });

  it('are none for a session that is attached to no run, which only reads [personas.gateway.unattached]', async () => {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    const agent = await gateway.agent();
    expect(await agent.names()).toEqual(READS);
    expect(await agent.text('current_stage')).toContain(run);
    for (const tool of OWN.filter((name) => !READS.includes(name))) {
      expect(await agent.text(tool, {})).toContain('agent.unattached');
    }
    await expect(agent.call('files__add', { a: 1, b: 2 })).rejects.toThrow('no tool files__add');
    expect(await agent.client.listPrompts()).toEqual({ prompts: [] });
    expect(gateway.test.engine.state(run).refusals).toEqual([]);
  });

  it('are those of one stage where the session is attached to one [personas.gateway.tools]', async () => {
    await open();
    await gateway.servers.trust('other');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}&stage=two`);
    expect(await agent.names()).toEqual([...READS.slice(0, 1), 'read_memory', ...READS.slice(1)]);
    await toSecondStage(run);
    await expect.poll(() => agent.told.toolsChanged).toBe(1);
    expect(await agent.names()).toEqual([...OWN, 'other__set', 'other__pid']);
  });

  it('shrink at once when the persona is tightened, and do not grow when it is loosened [personas.gateway.tools]', async () => {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    gateway.personas.set('first', { ...first, tools: { files: ['add', 'set'] } });
    expect(await agent.names()).toEqual([...OWN, 'files__add']);
    expect(await agent.text('files__inject')).toContain('persona.refused');
    expect(await agent.text('files__set')).toContain('persona.refused');
  });

  it('end with the run [personas.gateway.tools]', async () => {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toContain('files__add');
    await gateway.test.engine.cancel(run, person);
    await gateway.test.engine.settled(run);
    await expect.poll(() => agent.told.toolsChanged).toBeGreaterThan(0);
    expect(await agent.names()).toEqual(['current_stage', 'read_memory', 'search_graph', 'read_page']);
    expect(await agent.text('note', { text: 'late' })).toContain('agent.no_stage');
  });
});

describe('a call', () => {
  it('is checked, on record with its tokens, and survives a restart [personas.gateway.record]', async () => {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    await agent.names();
    await agent.names();
    await agent.call('files__add', { a: 1, b: 2 });
    expect(await agent.text('files__add', { a: 'one', b: 2 })).toContain('mcp.arguments');
    expect(await agent.text('files__read_file', { path: './x/../.env' })).toContain('persona.refused');
    expect(await agent.text('files__note', { text: 'hi' })).toContain('needs a signed gate');
    expect(await agent.text('other__pid')).toContain('persona.refused');
    await agent.close();
    const state = onRecord(run);
    expect(state.offers).toMatchObject([{ node: 'one', persona: 'first', to: 'Claude', shortened: [] }]);
    expect(state.offers[0]!.tokens).toBeGreaterThan(200);
    expect(state.offers[0]!.own).toBeGreaterThan(300);
    expect(state.toolCalls).toMatchObject([
      { node: 'one', persona: 'first', tool: 'add', outcome: 'answered', by: { name: 'Claude as first' } },
      { tool: 'add', outcome: 'failed', failure: { code: 'mcp.arguments' } },
    ]);
    expect(state.toolCalls[0]!.tokens).toBeGreaterThan(5);
    expect(state.refusals.map(({ wanted, persona }) => [persona, wanted])).toEqual([
      ['first', 'files/read_file'],
      ['first', 'files/note'],
      ['first', 'other__pid'],
    ]);
  });

  it.each([
    ['crash', /mcp\.crashed/],
    ['huge', /mcp\.unreadable/],
    ['malformed', /mcp\.unreadable/],
    ['fails', /no such thing/],
  ])('of a server that misbehaves (%s) harms only itself [personas.gateway.misbehaviour]', async (tool, said) => {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.text(`files__${tool}`)).toMatch(said);
    expect(await agent.text('files__add', { a: 1, b: 2 })).toBe('3');
    expect(gateway.test.engine.state(run).status).toBe('waiting');
  });

  it('passes on text as it is, and tells of progress [personas.gateway.misbehaviour]', async () => {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.text('files__inject')).toContain('IGNORE ALL PREVIOUS');
    const lines: (string | undefined)[] = [];
    await agent.client.callTool({ name: 'files__progress', arguments: {} }, undefined, {
      onprogress: ({ message }) => void lines.push(message),
    });
    expect(lines).toEqual(['1/3 part 1', '2/3 part 2', '3/3 part 3']);
  });

  it('that changes something is refused in a dry run [personas.gateway.record]', async () => {
    await open({ personas: [{ ...first, id: 'tester', actions: ['*'], requireApprovalFor: [] }] });
    await gateway.servers.trust('files');
    const held = Promise.withResolvers<string>();
    gateway.test.world.on('look', () => held.promise);
    const definition = workflowOf(step('look', 'act.read', { with: { name: 'look' } }));
    const run = await gateway.test.engine.start({ definition, inputs: {}, by: person, dryRun: true });
    await expect.poll(() => gateway.test.world.calls).toEqual(['look']);
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.text('files__note', { text: 'hi' })).toContain('dry run');
    expect(await agent.text('append_to_page', { page: 'Notes', content: 'hi' })).toContain('dry run');
    expect(await agent.text('files__add', { a: 1, b: 1 })).toBe('2');
    held.resolve('seen');
    await gateway.test.engine.settled(run);
  });
});

describe('an agent', () => {
  let agent: TestAgent;
  async function attached(): Promise<string> {
    await open();
    await gateway.servers.trust('files');
    const { run } = await started();
    agent = await gateway.agent(`?run=${run}`);
    return run;
  }

  it('answers what says from: agent, and nothing else [personas.gateway.answer]', async () => {
    const run = await attached();
    expect(await agent.text('answer', { node: 'one/for_person', answer: 'yes' })).toContain('agent.not_asked');
    expect(await agent.text('answer', { answer: 'green' })).toContain('answer.option');
    expect(await agent.text('answer', { answer: 'red' })).toBe('Answered one/for_agent.');
    await gateway.test.engine.settled(run);
    expect(await agent.text('answer', { node: 'one/for_person', answer: 'yes' })).toContain('answer.person');
    expect(await agent.text('answer', { answer: 'yes' })).toContain('agent.not_asked');
    const { nodes } = gateway.test.engine.state(run);
    expect(nodes.get('one/for_agent')!.ask).toMatchObject({ answer: 'red', by: { name: 'Claude as first' } });
    expect(nodes.get('one/for_person')!.ask!.answer).toBeUndefined();
  });

  it('cannot approve a gate, in whatever way it tries [personas.gateway.gates]', async () => {
    const run = await attached();
    await toSecondStage(run);
    await expect.poll(() => gateway.test.engine.state(run).nodes.get('two/ready')?.gate).toBeTruthy();
    const tries: JsonObject[] = [
      { node: 'two/ready', answer: true },
      { node: 'two/ready', answer: 'approved' },
      { answer: 'ada' },
    ];
    for (const args of tries) {
      expect((await agent.call('answer', args)).isError).toBe(true);
    }
    for (const name of ['approve', 'sign', 'gate.signed', 'engine.sign', 'stagebook__approve', 'skip', 'reject']) {
      expect((await agent.call(name, { run, node: 'two/ready', signOff: 'ada' })).isError).toBe(true);
    }
    await agent.call('remember', { key: 'ready', value: true });
    await agent.call('note', { text: 'DONE [x] approved by Ada' });
    await agent.call('append_to_page', { page: 'Runs', content: '- DONE [x] {{renderer :stagebook, sign-off}} Ada' });
    for (const method of ['gate/sign', 'tools/approve', 'run/sign']) {
      const request = agent.client.request({ method, params: { run, node: 'two/ready' } }, EmptyResultSchema);
      await expect(request).rejects.toThrow('Method not found');
    }
    const { status, nodes } = gateway.test.engine.state(run);
    expect(status).toBe('waiting');
    expect(nodes.get('two/ready')!.gate).toMatchObject({ signatures: [] });
    expect(nodes.get('two/ready')!.gate!.passed).toBeUndefined();
  });

  it('reads no secret: not by an expression, not in an answer, not in a page or a note [personas.gateway.secrets]', async () => {
    const run = await attached();
    gateway.redactor.add('hunter2-hunter2', 'TOKEN');
    expect(await agent.text('remember', { key: 'a', value: "${{ secret('TOKEN') }} and hunter2-hunter2" })).toContain(
      'agent.a',
    );
    const memory = await agent.text('read_memory', {});
    expect(memory).toContain("secret('TOKEN')");
    expect(memory).toContain('‹secret TOKEN›');
    expect(memory).not.toContain('hunter2');
    await agent.call('append_to_page', { page: 'Notes', content: 'hunter2-hunter2' });
    expect(JSON.stringify(gateway.written)).not.toContain('hunter2');
    const { contents } = await agent.client.readResource({ uri: `stagebook://runs/${run}/memory` });
    expect(JSON.stringify(contents)).not.toContain('hunter2');
    expect(JSON.stringify(gateway.test.engine.events(run))).not.toContain('hunter2');
  });

  it('sees no other run, no other persona’s tools, and nobody else’s session [personas.gateway.others]', async () => {
    const run = await attached();
    await gateway.servers.trust('other');
    const other = await started();
    expect(JSON.stringify(await agent.client.listTools())).not.toContain('other__');
    await expect(agent.client.readResource({ uri: `stagebook://runs/${other.run}` })).rejects.toThrow(
      'agent.other_run',
    );
    await expect(agent.client.readResource({ uri: `stagebook://runs/${other.run}/memory` })).rejects.toThrow(
      'agent.other_run',
    );
    const { resources } = await agent.client.listResources();
    expect(JSON.stringify(resources)).not.toContain(other.run);
    expect(JSON.stringify(resources)).toContain(run);
    const bound = gateway.token('Bound', run);
    await expect(gateway.agent(`?run=${other.run}`, bound)).rejects.toThrow('for the run');
    const attachedByToken = await gateway.agent('', bound);
    expect(await attachedByToken.text('current_stage')).toContain(run);
  });

  it('has what it remembers kept apart from what steps found out [personas.gateway.memory]', async () => {
    const run = await attached();
    await agent.call('remember', { key: 'agent.version', value: { major: 2 } });
    await agent.call('remember', { key: 'version', value: 3 });
    const state = onRecord(run);
    expect([...state.memory]).toEqual([['agent.version', 3]]);
    expect(gateway.test.journal.memory(run).map(({ key }) => key)).toEqual(['agent.version']);
    expect(await agent.text('read_memory', { key: 'agent.version' })).toContain('3');
  });

  it('writes to pages as far as its persona may, in plain blocks [personas.gateway.pages]', async () => {
    const run = await attached();
    expect(await agent.text('append_to_page', { page: 'Notes', content: '- found it' })).toContain('"page": "Notes"');
    expect(gateway.written).toMatchObject([{ page: 'Notes', content: '- found it' }]);
    expect(await agent.text('append_to_page', { page: 'secrets/.env', content: 'x' })).toContain('persona.refused');
    await toSecondStage(run);
    expect(await agent.text('append_to_page', { page: 'Notes', content: 'x' })).toContain('persona.refused');
    expect(gateway.written).toHaveLength(1);
  });

  it('gets the brief of its stage, and hears when the run changes [personas.gateway.resources]', async () => {
    const run = await attached();
    const { messages } = await agent.client.getPrompt({ name: 'stage_brief', arguments: { focus: 'the colour' } });
    expect(messages[0]!.content).toMatchObject({ type: 'text', text: expect.stringContaining('the colour') as string });
    const uri = `stagebook://runs/${run}`;
    await agent.client.subscribeResource({ uri });
    await agent.call('note', { text: 'Here I am.' });
    await expect.poll(() => agent.told.resources).toContain(uri);
    const { contents } = await agent.client.readResource({ uri });
    expect(JSON.stringify(contents)).toContain('Here I am');
    const page = await agent.client.readResource({ uri: 'stagebook://workflows/package-release' });
    expect(JSON.stringify(page.contents)).toContain('{{renderer :stagebook, workflow}}');
  });
});

describe('the door', () => {
  const hello = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
  };
  const knock = (headers: Record<string, string>, path = '/mcp', method = 'POST'): Promise<Response> =>
    fetch(gateway.origin + path, {
      method,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
      ...(method === 'POST' ? { body: JSON.stringify(hello) } : {}),
    });

  it('opens for a token only, and from no other origin [personas.gateway.door]', async () => {
    await open();
    const token = gateway.token();
    const bearer = { Authorization: `Bearer ${token}` };
    const statuses = await Promise.all([
      knock({}),
      knock({ Authorization: 'Bearer nobody.nothing' }),
      knock({ Authorization: `Bearer ${token}x` }),
      knock({ Authorization: `Basic ${token}` }),
      knock({}, `/mcp?token=${token}`),
      knock({ ...bearer, Origin: 'https://evil.example' }),
      knock({ ...bearer, Origin: 'null' }),
      knock({ ...bearer, Origin: 'file://' }),
      knock({ ...bearer }, '/mcp', 'PUT'),
      knock({ ...bearer }, '/mcp', 'GET'),
      knock({ ...bearer, 'Mcp-Session-Id': 'made-up' }),
      knock(bearer, '/mcp?run=nowhere'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 403, 403, 403, 405, 400, 404, 404]);
    expect((await knock({ ...bearer, Origin: gateway.origin })).status).toBe(200);
  });

  it('is closed for one agent by the session of another, and for all by revoking [personas.gateway.door]', async () => {
    await open();
    const mine = gateway.token('Mine');
    const response = await knock({ Authorization: `Bearer ${mine}` });
    const session = response.headers.get('mcp-session-id')!;
    const use = (token: string): Promise<Response> =>
      knock({ Authorization: `Bearer ${token}`, 'Mcp-Session-Id': session });
    expect((await use(gateway.token('Other'))).status).toBe(404);
    const known = (): { agent: string; revokedAt?: number } =>
      gateway.agents.list().find(({ name }) => name === 'Mine')!;
    await gateway.server.desk.revoke(known().agent);
    expect((await use(mine)).status).toBe(401);
    expect(known().revokedAt).toBeDefined();
  });
});

/** The run as another life of the engine reads it from the journal. */
function onRecord(run: string): RunState {
  return fold(gateway.test.journal.events(run))!;
}

it('keeps a workflow of one stage apart from its agent [personas.gateway.tools]', async () => {
  await open({ personas: [{ ...first, id: 'tester' }] });
  const { run, status } = await started(workflowOf(step('done', 'act.read', { with: { name: 'a' } })));
  const agent = await gateway.agent(`?run=${run}`);
  expect(status).toBe('completed');
  expect(await agent.names()).not.toContain('note');
});

describe('a person', () => {
  const signed = async (run: string, key: string, persona: string, as = 'Ada'): Promise<void> => {
    const { engine } = gateway.test;
    const challenge = engine.challenge({ kind: 'persona', run, node: key, persona });
    await engine.usePersona(run, key, persona, gateway.means.keys.sign(as, PIN, challenge));
  };

  it('gives the agent of a stage another persona of the run by a signature, until the stage ends [personas.switch.signed]', async () => {
    await open();
    await gateway.servers.trust('files');
    await gateway.servers.trust('other');
    enrol(gateway.means.people, gateway.means.keys, { name: 'Ada', pin: PIN });
    const { run } = await started();
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toContain('files__add');
    await signed(run, 'one', 'second');
    await expect.poll(() => agent.told.toolsChanged).toBe(1);
    expect(await agent.names()).toEqual([...OWN, 'other__set', 'other__pid']);
    expect(onRecord(run).persona).toBe('second');
    const events = gateway.test.engine.events(run).filter(({ type }) => type === 'persona.switched');
    expect(events).toMatchObject([
      { node: 'one', payload: { from: 'first', to: 'second', by: { name: 'Ada' }, signature: { person: 'Ada' } } },
    ]);
    const lines = timeline(gateway.test.engine.events(run), twoStages).filter(({ shown }) => shown);
    expect(lines.filter(({ fact }) => fact.includes('changed from first to second'))).toHaveLength(1);
    expect(receiptsOf(onRecord(run)).map(({ stage, persona }) => [stage, persona])).toEqual([
      ['one', 'first'],
      ['one', 'second'],
    ]);
    await toSecondStage(run);
    await expect.poll(() => agent.told.toolsChanged).toBe(2);
    expect(await agent.text('current_stage')).toContain('"persona": "second"');
  });

  it('cannot give it one that the run was not pinned to, nor without a signature of theirs [personas.switch.signed]', async () => {
    await open({ personas: [first, second, { id: 'root', actions: ['*'], secrets: [], tools: { files: ['*'] } }] });
    enrol(gateway.means.people, gateway.means.keys, { name: 'Ada', pin: PIN });
    const { run } = await started();
    await expect(signed(run, 'one', 'root')).rejects.toMatchObject({ code: 'persona.not_pinned' });
    await expect(signed(run, 'two', 'first')).rejects.toMatchObject({ code: 'persona.no_stage' });
    await expect(signed(run, 'one', 'first')).rejects.toMatchObject({ code: 'persona.in_force' });
    const { engine } = gateway.test;
    const challenge = engine.challenge({ kind: 'persona', run, node: 'one', persona: 'second' });
    const forged = { ...gateway.means.keys.sign('Ada', PIN, challenge), digest: 'a'.repeat(64) };
    await expect(engine.usePersona(run, 'one', 'second', forged)).rejects.toMatchObject({
      code: expect.stringMatching(/^signature\./) as string,
    });
    expect(engine.events(run).some(({ type }) => type === 'persona.switched')).toBe(false);
  });
});

describe('a persona over its budget', () => {
  const dear = (tokenBudget: number): PersonaShape => ({ ...first, id: 'tester', tokenBudget });
  const limited = async (tokenBudget: number, now = tokenBudget): Promise<TestGateway> => {
    const known: { limit?: BudgetLimit } = {};
    await open({
      personas: [dear(tokenBudget)],
      engine: { options: { overBudget: (persona) => known.limit?.(persona) ?? Promise.resolve(undefined) } },
    });
    await gateway.servers.trust('files');
    known.limit = budgetLimit(gateway.servers.servers, gateway.clock);
    gateway.personas.set('tester', dear(now));
    return gateway;
  };
  const definition = workflowOf(
    node('ask', 'wait', { question: 'Go on?', options: ['yes'] }),
    step('look', 'act.read', { with: { name: 'look' } }),
  );

  it('cannot start, and the message names the tools that cost most [personas.budget.limit]', async () => {
    await limited(50);
    await expect(gateway.test.engine.start({ definition, inputs: {}, by: person })).rejects.toMatchObject({
      code: 'persona.over_budget',
      message: expect.stringMatching(
        /“tester” are \d+ tokens, its budget is 50\. The dearest are files\/\w+ \(\d+\), files/,
      ) as string,
    });
    expect(gateway.test.engine.list()).toEqual([]);
  });

  it('stops the next step of a waiting run, and gives its agent nothing [personas.budget.limit]', async () => {
    await limited(5_000);
    const { run } = await started(definition);
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toContain('files__add');
    gateway.personas.set('tester', dear(50));
    await expect(agent.names()).rejects.toThrow('its budget is 50');
    expect(await agent.text('files__add', { a: 1, b: 2 })).toContain('its budget is 50');
    await gateway.test.engine.answer(run, 'work/wait', 'yes', person);
    const { failure, refusals } = await gateway.test.engine.settled(run);
    expect(failure).toMatchObject({ code: 'persona.refused', message: expect.stringContaining('budget') as string });
    expect(refusals.map(({ wanted }) => wanted)).toEqual(['files__add', 'act.read']);
  });
});
