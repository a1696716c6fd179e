import { afterEach, describe, expect, it } from 'vitest';
import { budgetLimit, type BudgetLimit } from '../../../daemon/personas/budget-limit.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import type { TestGateway } from '../../fakes/gateway.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { first, openTwoStages, OWN, person, READS, started, toSecondStage } from './two-stages.ts';

let gateway: TestGateway;
afterEach(() => gateway.remove());

describe('the tools of the persona in force', () => {
  it('are what a session that is attached to a run gets, and another stage has others, without reconnecting [personas.gateway.tools]', async () => {
    gateway = await openTwoStages();
    await gateway.servers.trust('files');
    await gateway.servers.trust('other');
    const { run } = await started(gateway);
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toEqual([
      ...OWN,
      ...['add', 'note', 'progress', 'fails', 'read_file', 'crash', 'huge', 'malformed', 'inject'].map(
        (tool) => `files__${tool}`,
      ),
    ]);
    expect(await agent.text('files__add', { a: 1, b: 2 })).toBe('3');
    await toSecondStage(gateway, run);
    await expect.poll(() => agent.told.toolsChanged).toBe(1);
    expect(agent.told.lines).toEqual(['The stage is “two”; you work as second.']);
    expect(await agent.names()).toEqual([...OWN, 'other__set', 'other__pid']);
    expect(Number(await agent.text('other__pid'))).toBeGreaterThan(0);
    expect((await agent.call('files__add', { a: 1, b: 2 })).isError).toBe(true);
  });

  it('are none before a person trusted the server [personas.gateway.tools]', async () => {
    gateway = await openTwoStages();
    const { run } = await started(gateway);
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toEqual(OWN);
    expect(await agent.text('files__add', { a: 1, b: 2 })).toContain('persona.refused');
    expect([...gateway.servers.running]).toEqual([]);
  });

  it('are none for a session that is attached to no run, which only reads [personas.gateway.unattached]', async () => {
    gateway = await openTwoStages();
    await gateway.servers.trust('files');
    const { run } = await started(gateway);
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
    gateway = await openTwoStages();
    await gateway.servers.trust('other');
    const { run } = await started(gateway);
    const agent = await gateway.agent(`?run=${run}&stage=two`);
    expect(await agent.names()).toEqual([...READS.slice(0, 1), 'read_memory', ...READS.slice(1)]);
    await toSecondStage(gateway, run);
    await expect.poll(() => agent.told.toolsChanged).toBe(1);
    expect(await agent.names()).toEqual([...OWN, 'other__set', 'other__pid']);
  });

  it('shrink at once when the persona is tightened, and do not grow when it is loosened [personas.gateway.tools]', async () => {
    gateway = await openTwoStages();
    await gateway.servers.trust('files');
    const { run } = await started(gateway);
    const agent = await gateway.agent(`?run=${run}`);
    gateway.personas.set('first', { ...first, tools: { files: ['add', 'set'] } });
    expect(await agent.names()).toEqual([...OWN, 'files__add']);
    expect(await agent.text('files__inject')).toContain('persona.refused');
    expect(await agent.text('files__set')).toContain('persona.refused');
  });

  it('end with the run [personas.gateway.tools]', async () => {
    gateway = await openTwoStages();
    await gateway.servers.trust('files');
    const { run } = await started(gateway);
    const agent = await gateway.agent(`?run=${run}`);
    expect(await agent.names()).toContain('files__add');
    await gateway.test.engine.cancel(run, person);
    await gateway.test.engine.settled(run);
    await expect.poll(() => agent.told.toolsChanged).toBeGreaterThan(0);
    expect(await agent.names()).toEqual(['current_stage', 'read_memory', 'search_graph', 'read_page']);
    expect(await agent.text('note', { text: 'late' })).toContain('agent.no_stage');
  });
});

it('keeps a workflow of one stage apart from its agent [personas.gateway.tools]', async () => {
  gateway = await openTwoStages({ personas: [{ ...first, id: 'tester' }] });
  const { run, status } = await started(gateway, workflowOf(step('done', 'act.read', { with: { name: 'a' } })));
  const agent = await gateway.agent(`?run=${run}`);
  expect(status).toBe('completed');
  expect(await agent.names()).not.toContain('note');
});

describe('a persona over its budget', () => {
  const dear = (tokenBudget: number): PersonaShape => ({ ...first, id: 'tester', tokenBudget });
  const limited = async (tokenBudget: number, now = tokenBudget): Promise<TestGateway> => {
    const known: { limit?: BudgetLimit } = {};
    gateway = await openTwoStages({
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
    const { run } = await started(gateway, definition);
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
